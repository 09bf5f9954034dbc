"""Services that guard keys and hold backups; what they get is ciphertext, or a key to wrap."""
