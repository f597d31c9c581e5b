"""The version of weightlaw."""

VERSION = "0.1.0"
"""Written here so that no command has to ask the installed metadata, which is slow."""
