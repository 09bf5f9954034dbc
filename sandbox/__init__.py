"""Pretend vendors and a simulated clinic over loopback HTTP; shares no code with the product."""
