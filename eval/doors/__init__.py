"""Stand-ins for what lies behind the doors, on loopback, that behave and misbehave as the real ones do."""
