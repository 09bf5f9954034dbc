"""Dollars of a sprint: rows counted, ten thousand draws of them, and the words."""
