"""Findings to words, and the check that the words say only the findings."""
