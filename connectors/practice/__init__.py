"""Practice systems: where the book of visits lives."""
