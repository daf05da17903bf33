"""Processes that are killed at every moment, and whether each customer was answered once, in order."""
