"""Capability figures with their method and date; what may be compared with what, and what a bar costs."""
