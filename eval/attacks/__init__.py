"""Attacks in texts: an obedient attacker in place of the language model, with and without the defences."""
