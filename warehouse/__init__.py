"""Analytical truth: facts keyed by pseudonyms; features and metrics as SQL and YAML.

The Python here only runs those files.
"""
