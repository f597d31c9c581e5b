"""The family of a license, derived from what it demands by the rules below, in their order.

1. Restrictions of use and no grant: a use policy standing alone (`proprietary`).
2. Rights waived or dedicated, or granted for good without any condition: `public-domain`.
3. Commercial use barred: `research-only` where only research remains, else `non-commercial`.
4. Commercial use gated by size, registration, payment or place: `community`.
5. Restrictions of use that bind recipients too: `responsible-use`; names or words to show, or outputs not
   to train on: `community`; else restrictions of use by a list or a policy: `responsible-use`.
6. Derivatives alike: `copyleft`, or `weak-copyleft` where only the files themselves are bound.
7. Else `permissive`.
"""

from __future__ import annotations

from weightlaw.domain.terms import Family, Terms
from weightlaw.reading.engine import Pattern, Reader
from weightlaw.reading.expressions import Expression

_WAIVER = Pattern(
    "family.public_domain",
    "public domain|waive",
    r"\bwaives?\b.*?\b(?:surrenders?|abandons?)?.*?\ball (?:of )?.*?\bcopyright and related"
    r" rights|(?:placed|released?|dedicat\w+|put)[^;]*? (?:in|into|to) the public domain"
    r"|\bwaives? all (?:copyright|rights)",
)
_OF_THE_LICENSE = Expression(
    r"text of the|public licenses? is dedicated|not in the public domain|moral rights"
)
_WEAK = Pattern(
    "family.weak_copyleft",
    "larger work|library|covered software|file-by-file|source code form",
    r"\blarger work\b.*?\b(?:under|terms of your choice)|\bcombined work\b"
    r"|\blesser general public\b|\bmodifications that you create\b.*?\bcovered software\b",
)
_SCIENCE = frozenset({"research", "education", "evaluation"})


def family(reader: Reader, terms: Terms) -> Family | None:
    """The family; None where the text neither grants nor restricts."""
    commercial = terms.commercial_use.value if terms.commercial_use else None
    if commercial is None:
        return "proprietary" if terms.use_restrictions else None
    if commercial == "yes" and any(
        not _OF_THE_LICENSE.test(h.unit.text) for h in reader.hits(_WAIVER)
    ):
        return "public-domain"
    if commercial == "no":
        return _barred(reader, terms)
    if commercial in ("conditional", "unclear") or terms.territory:
        return "community"
    if terms.use_restrictions and terms.use_restrictions.must_pass_on:
        return "responsible-use"
    if _bespoke(terms):
        return "community"
    if _restricted(terms):
        return "responsible-use"
    if terms.share_alike:
        return "weak-copyleft" if reader.first(_WEAK) else "copyleft"
    return "public-domain" if _unconditional(reader, terms) else "permissive"


def _unconditional(reader: Reader, terms: Terms) -> bool:
    """Granted for good and without any condition, not even a notice."""
    bound = terms.notice or terms.attribution_display or terms.naming or terms.use_restrictions
    return not bound and reader.first(_FOR_GOOD) is not None


_FOR_GOOD = Pattern(
    "family.for_good",
    "irrevocable",
    r"sub-?licensable\b.*\birrevocable|irrevocable.*\bunconditional",
)


def _barred(reader: Reader, terms: Terms) -> Family:
    use = terms.commercial_use
    assert use is not None
    remaining = set(use.only_for)
    return (
        "research-only" if "research" in remaining and remaining <= _SCIENCE else "non-commercial"
    )


def _restricted(terms: Terms) -> bool:
    restrictions = terms.use_restrictions
    if restrictions is None:
        return False
    return len(restrictions.categories) > 2 or bool(restrictions.policy_url)


def _bespoke(terms: Terms) -> bool:
    """Demands on every user that no open license makes: names, words to show, outputs not to train on."""
    shown = any("threshold" not in one.when for one in terms.attribution_display)
    trained = terms.outputs is not None and terms.outputs.train_other_models == "no"
    return trained or bool(terms.naming) or (shown and terms.use_restrictions is not None)
