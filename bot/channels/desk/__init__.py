"""The desk as a page, for colleagues: who waits, what was said, and all that may be done about it. Hand-written files, nothing is built."""
