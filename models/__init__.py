"""Machine learning only: features declared, models trained, scores explained.

No vendor, no ledger, no message; the frame is handed in.
"""
