"""What may be tried again on its own: one file per noun, each function a verb on a batch."""
