"""The simulated clinic: its patients, when they book, move, cancel and miss. No vendor words."""
