"""A code base -> references to models with file and line; what a change adds; what the rules say of it."""
