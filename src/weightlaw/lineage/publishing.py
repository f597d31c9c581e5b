"""Whether a derivative's own name and card keep the naming and display rules of its bases' licences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weightlaw.catalog.names import squeeze
from weightlaw.domain.models import ModelFacts
from weightlaw.domain.terms import Display, Naming
from weightlaw.lineage.binding import SEPARATE, Binding, Gap
from weightlaw.lineage.makers import same_publisher

_PUBLISHED = ("hub", "catalogue", "lock")
_HANDED_ON = frozenset({"distribute", "distribute_derivative"})


def breaches(facts: ModelFacts, bindings: Sequence[Binding]) -> Iterator[Gap]:
    """What the publisher of a derivative seems to have left undone.

    A quantization of a model under its own name is a copy, which no rule on the names of derivatives touches.
    """
    if facts.source not in _PUBLISHED or facts.id.count("/") != 1:
        return
    told: set[str] = set()
    derived = any(not same_publisher(facts.id, base.id) for base in facts.bases)
    for binding in bindings:
        if not (binding.through or derived):
            continue
        for gap in (*_name(facts, binding), *_display(facts, binding)):
            if gap.remedy not in told:
                told.add(gap.remedy)
                yield gap


def _copy(facts: ModelFacts) -> bool:
    return bool(facts.bases) and all(b.relation == "quantized" for b in facts.bases)


def _name(facts: ModelFacts, binding: Binding) -> Iterator[Gap]:
    name = facts.id.split("/")[-1]
    for clause in () if _copy(facts) else binding.terms.naming:
        if broken := _broken(name, clause):
            yield Gap(
                kind="derivative-name",
                text=f"The name {name!r} of this derivative {broken}, as {binding.title} wants.",
                remedy=f"The publisher should rename it: {clause.rule}.",
                confidence="medium" if binding.relation in SEPARATE else "high",
                evidence=(binding.evidence(clause),),
                severity="medium",
            )


def _broken(name: str, clause: Naming) -> str:
    plain = squeeze(name)
    if clause.prefix and not plain.startswith(squeeze(clause.prefix)):
        return f"does not begin with {clause.prefix!r}"
    if clause.contains and squeeze(clause.contains) not in plain:
        return f"does not contain {clause.contains!r}"
    forbidden = next((f for f in clause.forbids if squeeze(f) in plain), "")
    return f"contains {forbidden!r}, which is not permitted" if forbidden else ""


def _display(facts: ModelFacts, binding: Binding) -> Iterator[Gap]:
    if not facts.card.strip():
        return
    card = squeeze(facts.card)
    for clause in binding.terms.attribution_display:
        if _HANDED_ON.isdisjoint(clause.when) or _shown(clause, card):
            continue
        yield Gap(
            kind="derivative-name",
            text=f"The card of {facts.id} does not show {clause.text!r}, which {binding.title} wants shown with it.",
            remedy=f"The publisher should show {clause.text!r}. It may do so in another place than the card.",
            confidence="low",
            evidence=(binding.evidence(clause),),
            severity="low",
        )


def _shown(clause: Display, card: str) -> bool:
    """Whether the card holds the string or an alternative; one with blanks to fill in cannot be looked for."""
    texts = [t for t in (clause.text, *clause.alternatives) if t]
    return not texts or any("[" in t or squeeze(t) in card for t in texts)
