"""The commands of `python -m eval`, a function each; each imports what it needs when it is called."""
