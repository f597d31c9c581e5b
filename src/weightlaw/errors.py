"""The errors that weightlaw raises on purpose. Each has one message for people and an exit code."""

from __future__ import annotations


class WeightlawError(Exception):
    """Something that the user can act on. `exit_code` is what the command line returns."""

    exit_code = 2


class UsageError(WeightlawError):
    """A wrong argument, value or configuration."""


class DataError(WeightlawError):
    """A file that cannot be used: all its problems at once, each with file and line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class NothingChecked(WeightlawError):
    """No model could be checked: a name that nobody knows, a source that could not be reached."""

    exit_code = 3


class SourceError(WeightlawError):
    """A source (Hub, link, file) could not answer; says why and what to do."""

    exit_code = 3


class UnknownModel(SourceError):
    """The source says that there is no such model, or none that this caller may see."""
