"""The pretend clearinghouses: every way to ask a payer, and what payers answer to it."""
