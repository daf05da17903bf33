"""Where turns are kept."""
