"""Real conversations played through the engine once more: what would it say today, and is that better or worse?"""
