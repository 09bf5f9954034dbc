"""The front-desk board: what staff see and do once they have signed in. It decides nothing."""
