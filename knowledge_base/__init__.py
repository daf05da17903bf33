"""What we know: a shop's products, answers and promises, read from its own files."""
