"""One command a file, named as the command; its docstring is the help. Heavy imports go inside."""
