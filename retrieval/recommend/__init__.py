"""Products for a customer, each with a true reason."""
