"""Transcripts as shops have them: one reader a format, each a stream, each naming the line that it can't read."""
