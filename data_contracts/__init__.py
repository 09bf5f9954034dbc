"""What things are: the nouns that every layer shares, the clinic file, settings."""
