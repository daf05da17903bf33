"""A made-up shop with every kind of data, its report's figures worked out again in plain Python, and the numbers of the page looked up in them."""
