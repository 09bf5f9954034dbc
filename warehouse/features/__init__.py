"""What was known of a visit when it was decided, as SQL. No outcome of that day or later."""
