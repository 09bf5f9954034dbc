"""How fast and how lean the project is, each as a ratio to a bare counterpart in the same run.

Here belong the counterparts and the comparisons; not tests, and nothing that the product imports.
"""
