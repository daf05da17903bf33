"""What is done for a customer, and only after the customer's yes. The desk is here; orders join it."""
