"""What was known of a visit when it was decided: features as SQL, and the thin Python that runs them. No outcome of that day or later."""
