"""One tab a file: its components and their wiring."""
