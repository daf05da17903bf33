"""A simulated shop whose customers' tastes are known, and with them the true lift: does the report find it?"""
