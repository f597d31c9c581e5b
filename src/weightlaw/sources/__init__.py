"""Where facts about a model come from. All sources answer with `ModelFacts`."""
