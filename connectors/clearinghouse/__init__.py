"""Clearinghouses that carry questions to payers; one module a transport, one protocol."""
