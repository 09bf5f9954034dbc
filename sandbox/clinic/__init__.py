"""The simulated clinic: who its patients are, when they book, move, cancel and miss. No vendor words."""
