"""Which licences and terms really bind a model: its own and those of its bases."""
