"""SBOM documents for models: one view of what is known, one renderer a format."""
