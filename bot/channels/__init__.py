"""The doors through which messages come."""
