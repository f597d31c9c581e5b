"""The procurement report: one frozen view model, one renderer a format."""
