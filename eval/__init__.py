"""How well: offline measurements. May import everything; nothing imports it."""
