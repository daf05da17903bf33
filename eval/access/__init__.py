"""Trials of who may come in: hostile requests, sessions against an oracle, what a stranger can tell by bytes and time, the API's contract."""
