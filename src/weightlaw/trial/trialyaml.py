"""The shape of the candidates' YAML."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text when it reads a file.
from msgspec import Struct

from weightlaw.trial.values import Candidate


class TrialYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a trial is run, and its candidates."""

    version: int = 1
    candidates: tuple[Candidate, ...]
    name: str = "trial"
    concurrency: int = 4
    attempts: int = 6
    answers: int = 2
    timeout: float = 120.0
    backoff: float = 1.0
    margin: float = 0.10
    seed: int = 0
    policy: str | None = None
    deployment: str = ""
    requests_per_user: float | None = None
