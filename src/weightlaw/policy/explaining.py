"""The chain from facts to verdict for one model: every rule of the house with its answer, forecast and limit."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from weightlaw.domain.deployment import Deployment
from weightlaw.lineage.binding import Subject
from weightlaw.policy.about import About
from weightlaw.policy.case import Case
from weightlaw.policy.forecast import Crossing, Largest, crossings, largest
from weightlaw.policy.house import House
from weightlaw.policy.houserules import HouseRule
from weightlaw.policy.judging import Judgement, judge
from weightlaw.policy.matching import Facts, candidates, fits, texts_of
from weightlaw.policy.truth import Missing, Truth


class Answer(Struct, frozen=True, kw_only=True):
    """What one rule of the house says of one licence."""

    rule: HouseRule
    license: str
    """The licence's name; empty where the model has none."""
    truth: Truth

    @property
    def word(self) -> str:
        """`fits`, `does not fit`, or what is not known."""
        if isinstance(self.truth, Missing):
            return f"cannot be decided (not known: {', '.join(self.truth.facts)})"
        return "fits" if self.truth else "does not fit"


class Explanation(Struct, frozen=True, kw_only=True):
    """Everything that led to a verdict."""

    subject: Subject
    about: About
    deployment: Deployment
    house: House
    answers: tuple[Answer, ...]
    judgement: Judgement
    crossings: tuple[Crossing, ...]
    largest: Largest


def explain(subject: Subject, about: About, deployment: Deployment, house: House) -> Explanation:
    """Judge once, and say why."""
    return Explanation(
        subject=subject,
        about=about,
        deployment=deployment,
        house=house,
        answers=tuple(
            _answers(Case(subject=subject, deployment=deployment, house=house, about=about))
        ),
        judgement=judge(subject, deployment, house, about),
        crossings=crossings(subject, deployment, house.today),
        largest=largest(subject, deployment, house, about),
    )


def _answers(case: Case) -> Iterator[Answer]:
    texts = list(texts_of(case))
    for rule in case.house.rules:
        for binding in candidates(rule, texts):
            title = binding.title if binding else ""
            yield Answer(rule=rule, license=title, truth=fits(rule, Facts(case, binding)))
