"""What a person typed, or a file contains, and which model is meant."""
