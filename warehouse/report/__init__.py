"""The owner's page: one self-contained HTML file of counts, each with its meaning beside it."""
