"""A language model's endpoint that breaks in every way we know of, and what the clerk says meanwhile."""
