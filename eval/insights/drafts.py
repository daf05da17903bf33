"""Drafts for the shop's FAQ."""
def propose(database, found, embedder, at):
    return []
