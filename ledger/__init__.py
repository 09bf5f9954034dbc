"""Operational truth: what we know, did and were told. A row here comes before the request."""
