"""X12 as bytes: envelopes and the transactions in them; what one means is decided elsewhere."""
