"""Terms of two licences that cannot both be kept by whoever made one model under both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from weightlaw.domain.findings import Confidence, Evidence
from weightlaw.domain.terms import Naming, Terms
from weightlaw.lineage.binding import SEPARATE, Binding, Gap

_GNU = ("GPL-2.0", "GPL-3.0", "AGPL-3.0", "LGPL-2.1", "LGPL-3.0")
COMPATIBLE: dict[str, tuple[str, ...]] = {
    "GPL-3.0": ("AGPL-3.0",),
    "AGPL-3.0": ("GPL-3.0",),
    "LGPL-3.0": ("GPL-3.0", "AGPL-3.0"),
    "LGPL-2.1": ("GPL-2.0", "GPL-3.0"),
    "MPL-2.0": ("GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0"),
    "CC-BY-SA-3.0": ("CC-BY-SA-4.0",),
    "CC-BY-NC-SA-2.0": ("CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"),
    "CC-BY-NC-SA-3.0": ("CC-BY-NC-SA-4.0",),
    "EUPL-1.1": ("EUPL-1.2",),
    "EUPL-1.2": (
        *_GNU,
        "OSL-3.0",
        "EPL-1.0",
        "MPL-2.0",
        "EUPL-1.1",
    ),
    "CDLA-Sharing-1.0": (),
}
"""Under which other share-alike licence a derivative of a work may stand, as the texts themselves say (by entry,
without `-only`): GPL 3 and AGPL 3, section 13; LGPL 3, sections 2 and 4 (it is GPL 3 with permissions added); LGPL
2.1, section 3; MPL 2.0, sections 1.12 and 3.3; CC BY-SA and BY-NC-SA, "a later version" (4(b) of 3.0, 3.b.1 of 4.0);
EUPL 1.2, appendix. The texts were read for license_db/spdx/. CC BY-SA 4.0 to GPL 3.0, which Creative Commons declared
outside the text, is not taken in: the stricter reading."""


def clashes(bindings: Sequence[Binding]) -> Iterator[Gap]:
    """Every pair of licences that cannot both be kept."""
    licenses = [b for b in bindings if b.entry.kind == "license"]
    for one, other in combinations(licenses, 2):
        yield from _share_alike(one, other)
        yield from _share_alike(other, one)
        yield from _both_alike(one, other)
        yield from _naming(one, other)


def _share_alike(one: Binding, other: Binding) -> Iterator[Gap]:
    """A derivative must stay under `one`, whole and without further limits; `other` adds some."""
    if one.terms.share_alike is None or _alike(one, other) or other.terms.share_alike is not None:
        return
    if _barred(other.terms) and not _barred(one.terms):
        why = "bars commercial use, which the first must leave free to all who receive it"
        yield _gap(one, other, why, "share_alike", "commercial_use")
    elif one.terms.family == "copyleft" and (fact := _further(other.terms)):
        why = "adds limits that the first forbids to add; whether such limits are further restrictions is disputed"
        yield _gap(one, other, why, "share_alike", fact, "medium")


def _barred(terms: Terms) -> bool:
    return terms.commercial_use is not None and terms.commercial_use.value == "no"


def _further(terms: Terms) -> str:
    """A limit on those who receive the work: forbidden uses, sizes, places."""
    if terms.use_restrictions is not None:
        return "use_restrictions"
    if any(t.consequence != "attribution" for t in terms.thresholds):
        return "thresholds"
    return "territory" if terms.territory else ""


def _both_alike(one: Binding, other: Binding) -> Iterator[Gap]:
    """Two licences that each want the whole for themselves."""
    if one.terms.share_alike is None or other.terms.share_alike is None or _alike(one, other):
        return
    if not (compatible(one.entry.id, other.entry.id) or compatible(other.entry.id, one.entry.id)):
        why = "wants the same for itself, and neither text accepts the other"
        yield _gap(one, other, why, "share_alike", "share_alike")


def _alike(one: Binding, other: Binding) -> bool:
    return _stem(one.entry.id) == _stem(other.entry.id)


def compatible(work: str, derivative: str) -> bool:
    """Whether a text says that a derivative of a work under the one may stand under the other."""
    return _stem(derivative) in COMPATIBLE.get(_stem(work), ())


def _stem(license_id: str) -> str:
    return license_id.removesuffix("-only").removesuffix("-or-later")


def _naming(one: Binding, other: Binding) -> Iterator[Gap]:
    """A name cannot begin with two words, nor hold one that is forbidden."""
    rule = "has a rule on the names of derivatives"
    for mine in one.terms.naming:
        for theirs in other.terms.naming:
            if _two_beginnings(mine.prefix, theirs.prefix):
                why = f"wants them to begin with {theirs.prefix!r}, the first with {mine.prefix!r}"
                yield _gap(one, other, why, "naming", "naming", rule=rule)
            elif _forbidden(mine, theirs) or _forbidden(theirs, mine):
                why = "has one that forbids what the other wants in them"
                yield _gap(one, other, why, "naming", "naming", rule=rule)


def _two_beginnings(one: str, other: str) -> bool:
    a, b = one.casefold(), other.casefold()
    return bool(a and b) and not a.startswith(b) and not b.startswith(a)


def _forbidden(one: Naming, other: Naming) -> bool:
    """Whether `one` wants in a name what `other` forbids there."""
    wanted = (one.prefix.casefold(), one.contains.casefold())
    return any(f.casefold() in text for f in other.forbids for text in wanted if text)


def _gap(
    one: Binding,
    other: Binding,
    why: str,
    mine: str,
    theirs: str,
    sure: Confidence = "high",
    rule: str = "wants a derivative to stay under it",
) -> Gap:
    return Gap(
        kind="incompatible-terms",
        text=f"{one.title} and {other.title} cannot both be kept: the first {rule}, the second {why}.",
        confidence=sure,
        evidence=(_evidence(one, mine), _evidence(other, theirs)),
    )


def _evidence(binding: Binding, fact: str) -> Evidence:
    value = getattr(binding.terms, fact)
    return binding.evidence(value[0] if isinstance(value, tuple) else value)


def no_derivatives(binding: Binding) -> Gap:
    """For a base that may be used, though nothing that was made from it may be handed on.

    An adapter may be a work of its own; and what was not said to be made in one way or another may be a copy.
    """
    made = binding.relation if binding.relation != "unknown" else "derivative"
    separate = binding.relation in SEPARATE
    return Gap(
        kind="incompatible-terms",
        text=f"{binding.title} permits no derivatives, and this model is one ({made}): whoever published it had "
        "no right to, and none to pass on.",
        remedy="Use the base itself, or ask its licensor.",
        confidence="medium" if separate else "high",
        evidence=(binding.evidence(binding.terms.derivatives),),
        bars=not separate,
    )
