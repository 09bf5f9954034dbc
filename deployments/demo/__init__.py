"""The demo: pretend vendors, a simulated clinic, and two weeks of the real flows."""
