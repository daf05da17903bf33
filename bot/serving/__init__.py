"""Between doors and engine: messages are taken in, conversations served side by side, replies handed out."""
