"""What fits: texts to vectors, questions to passages, customers to products."""
