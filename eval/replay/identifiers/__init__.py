"""Who somebody is, taken out of what they said: patterns of our own for English and Chinese, and placeholders in their stead."""
