"""Findings as documents: one file a format."""
