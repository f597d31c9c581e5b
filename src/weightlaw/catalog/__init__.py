"""The embedded knowledge: licences and models, each fact with its source."""
