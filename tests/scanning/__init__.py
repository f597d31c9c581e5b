"""Tests of the merge gate's scanner."""
