"""Analytical truth: facts keyed by pseudonyms, features and metrics as SQL and YAML, and the thin Python that runs them."""
