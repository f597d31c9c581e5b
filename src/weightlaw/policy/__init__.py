"""The organization's policy and the rules: terms and deployment -> findings -> verdict."""
