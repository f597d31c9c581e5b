"""Where a prompt stands with a candidate, by the attempts that the file holds: what is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable

from weightlaw.trial.faults import MENDED, PROMPT_STATUSES
from weightlaw.trial.values import MODEL_FAILURES, SERVER_FAILURES, Outcome, Settings


class Standing:
    """One prompt with one candidate. Feed it outcomes in their order; it says what comes next."""

    __slots__ = ("answer", "failures", "refused", "whole")

    def __init__(self) -> None:
        self.answer = 1
        """Number of the answer that is asked for next."""
        self.failures = 0
        """Server faults on the way to that answer."""
        self.whole = False
        """Whether an answer is there that nothing more is asked after."""
        self.refused = False
        """Whether the endpoint refuses this prompt."""

    def add(self, outcome: Outcome, settings: Settings) -> None:
        """One more attempt has ended."""
        if outcome.failure in SERVER_FAILURES:
            self.failures, self.refused = self.failures + 1, False
        elif outcome.failure == "refused-request":
            mended = outcome.error.startswith(MENDED)
            self.refused = outcome.status in PROMPT_STATUSES and not mended
        elif not outcome.failure:
            self.whole = True
        elif outcome.failure in MODEL_FAILURES:
            self.whole = outcome.answer >= settings.answers
            self.answer, self.failures = outcome.answer + 1, 0

    def failed(self, settings: Settings) -> bool:
        """Whether it was given up: nothing more is asked unless somebody says so."""
        return not self.whole and (self.refused or self.failures >= settings.attempts)

    def pending(self, settings: Settings) -> bool:
        """Whether there is something to ask."""
        return not self.whole and not self.failed(settings)

    def again(self) -> None:
        """Somebody says so: the faults so far count no more."""
        self.failures, self.refused = 0, False


Standings = dict[tuple[str, str], Standing]


def standings(outcomes: Iterable[Outcome], settings: Settings) -> Standings:
    """Prompt and candidate -> standing, of all that were asked at least once."""
    found: Standings = {}
    for outcome in outcomes:
        key = (outcome.prompt, outcome.candidate)
        found.setdefault(key, Standing()).add(outcome, settings)
    return found
