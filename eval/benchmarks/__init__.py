"""Measurements on data whose right answers are known."""
