"""What a sprint's randomised extra did: arms and counts as SQL, intervals in Python.

Only values come out (`data_contracts/effect.py`); pages and dollars are built elsewhere.
"""
