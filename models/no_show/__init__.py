"""The no-show model: what it reads, how it learns, what it says and how it is judged."""
