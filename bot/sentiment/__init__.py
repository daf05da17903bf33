"""Which label a text has: what a review feels, what it feels about, or a shop's own categories of tickets. Learned; see docs/sentiment.md."""
