"""The only code that talks to the world outside. One folder per role, one module per vendor, one error family for all."""
