"""Operational truth: what we know, did and were told. Every act is a row here before it is a request."""
