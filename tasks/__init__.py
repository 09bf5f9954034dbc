"""What may be tried again on its own: one file per noun, functions are verbs on a batch. Decisions live in rules, vendors in connectors."""
