"""What can be said of a few paired prompts: intervals, exact tests, power, agreement, ratings. Numbers in, numbers out."""
