"""What a visitor reads, a module a language."""
