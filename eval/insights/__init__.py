"""What the shop learns from what customers do and say: figures with their uncertainty, on a page."""
