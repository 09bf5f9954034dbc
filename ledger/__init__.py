"""Operational truth: what we know, did and were told. An act is a row here before it is a request."""
