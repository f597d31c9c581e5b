"""What the terms of a text limit, by matter: held against what the licences that bind limit themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from weightlaw.domain.terms import Clause, Permission, Terms

Matter = Literal[
    "size",
    "territory",
    "commercial use",
    "training on outputs",
    "competition",
    "forbidden uses",
    "offering it as a service",
    "handing on copies",
    "changing it",
    "the licence of derivatives",
    "the name of derivatives",
    "words to show",
    "registration",
    "other duties",
]
DECIDING: frozenset[Matter] = frozenset(
    {"size", "territory", "commercial use", "training on outputs"}
)
"""Matters that bar or gate whole deployments."""


def matters(terms: Terms) -> Iterator[tuple[Matter, Clause]]:
    """What the terms limit with a clause that does; a size before the commercial use that it gates."""
    yield from (("size", clause) for clause in terms.thresholds)
    yield from (("territory", clause) for clause in terms.territory)
    yield from _limited("commercial use", terms.commercial_use)
    if terms.outputs is not None and terms.outputs.train_other_models in ("no", "conditional"):
        yield "training on outputs", terms.outputs
    yield from _present("competition", terms.non_compete)
    yield from _present("forbidden uses", terms.use_restrictions)
    yield from _limited("offering it as a service", terms.hosting)
    yield from _limited("handing on copies", terms.redistribution)
    yield from _limited("changing it", terms.derivatives)
    yield from _present("the licence of derivatives", terms.share_alike)
    yield from (("the name of derivatives", clause) for clause in terms.naming)
    yield from (("words to show", clause) for clause in terms.attribution_display)
    yield from _present("registration", terms.registration)
    yield from (("other duties", clause) for clause in terms.other_duties)


def limited_by(bound: Iterable[Terms]) -> set[Matter]:
    """The matters that any of these terms limits."""
    return {matter for terms in bound for matter, _ in matters(terms)}


def _limited(matter: Matter, clause: Permission | None) -> Iterator[tuple[Matter, Clause]]:
    if clause is not None and clause.value in ("no", "conditional"):
        yield matter, clause


def _present(matter: Matter, clause: Clause | None) -> Iterator[tuple[Matter, Clause]]:
    if clause is not None:
        yield matter, clause
