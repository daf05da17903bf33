"""The Telegram door: updates come in by long polling or webhook, replies go out as texts, cards and buttons; the desk's topics."""
