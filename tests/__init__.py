"""A package, for a library brings a package of the same name."""
