"""Chatwoot: an agent bot over its webhooks and its API (docs/chatwoot.md)."""
