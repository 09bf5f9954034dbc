"""The only code that talks to the world outside: a folder per role, a module per vendor."""
