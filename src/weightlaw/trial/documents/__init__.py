"""Results of a trial as documents: one file a format."""
