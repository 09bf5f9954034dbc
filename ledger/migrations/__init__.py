"""The steps by which a ledger reached its present shape."""
