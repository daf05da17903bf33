"""Product descriptions: written from what the catalogue states, scored, compared and put back into its file."""
