"""What a message means within its conversation, and what the conversation is about after it."""
