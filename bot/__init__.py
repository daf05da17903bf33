"""What we say and do: channels, intents, tools, words, and the check that they say only facts."""
