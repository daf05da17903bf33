"""What each command does. Heavy imports stay inside the functions, so that `--help` is quick."""
