"""Reports as tables in the terminal, a module for each room of commands."""
