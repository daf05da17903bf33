"""The desk: customers who wait for a person or speak with one, whichever door they came in at and wherever colleagues read."""
