"""Waivers and kept duties from their words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from weightlaw.errors import UsageError
from weightlaw.policy.amounts import parse_date
from weightlaw.policy.extends import Reach
from weightlaw.policy.policyreading import Path, Words, near_word
from weightlaw.policy.policyyaml import Displayed, KeptYaml, PolicyYaml, WaiverYaml
from weightlaw.policy.waivers import ANY_REVISION, Waiver

if TYPE_CHECKING:
    from weightlaw.policy.duties_kept import Kept, Seen

_HEX = frozenset("0123456789abcdef")
_PLACES = ("file", "url", "shown", "name")


def read_waivers(raw: PolicyYaml, words: Words) -> tuple[Waiver, ...]:
    """All waivers; each names a model, a rule that exists, and a day that does."""
    known = _rule_names(raw)
    return tuple(_waiver(w, words, ("waivers", i), known) for i, w in enumerate(raw.waivers))


def _rule_names(raw: PolicyYaml) -> dict[str, str]:
    """Every name that a waiver may give a rule, with the one that findings carry."""
    from weightlaw.policy.rules import NAMES

    ids = {name[:5].upper() for name in NAMES}
    kebab = {name[6:].replace("_", "-"): name[:5].upper() for name in NAMES}
    return {**{i: i for i in ids}, **kebab, **{name: name for name in raw.rules}}


def _waiver(raw: WaiverYaml, words: Words, at: Path, known: dict[str, str]) -> Waiver:
    for key in ("model", "revision", "rule", "reason", "approver", "reference"):
        if not getattr(raw, key).strip():
            words.problem((*at, key), f"a waiver needs its {key}")
    rule = words.take(lambda text: _rule(text, known), raw.rule, (*at, "rule"))
    words.take(_hub_id, raw.model, (*at, "model"))
    words.take(_revision, raw.revision, (*at, "revision"))
    licence = words.take(words.license, raw.license or None, (*at, "license"))
    return Waiver(
        model=raw.model,
        revision=raw.revision,
        rule=rule or raw.rule,
        license=licence or "",
        reason=" ".join(raw.reason.split()),
        approver=raw.approver,
        reference=raw.reference,
        expires=words.take(parse_date, raw.expires, (*at, "expires")) or "",
        source=words.merged.line(at),
    )


def _rule(text: str, known: dict[str, str]) -> str:
    if text == "WL804" or text == "house-rule":
        raise UsageError("WL804 stands for all rules of the house: name the one that is waived")
    if found := known.get(text) or known.get(text.upper()):
        return found
    raise UsageError(f"{text!r} is no rule{near_word(text, known)}")


def _hub_id(text: str) -> str:
    if ("/" not in text and ":" not in text) or any(c in text for c in "*? "):
        raise UsageError(f"{text!r}: a waiver names one model by its Hub id, org/model")
    return text


def _revision(text: str) -> str:
    if text != ANY_REVISION and not (7 <= len(text) <= 64 and _HEX.issuperset(text)):
        raise UsageError(f"{text!r} is no revision: write the commit (7 to 64 letters), or any")
    return text


def read_kept(raw: PolicyYaml, words: Words, reach: Reach) -> tuple[Kept, ...]:
    """All duties recorded as kept, and what deployments say they display."""
    recorded = [_kept(k, words, ("duties_kept", i), reach) for i, k in enumerate(raw.duties_kept)]
    return (*(k for k in recorded if k is not None), *_all_displayed(raw, words))


def _kept(raw: KeptYaml, words: Words, at: Path, reach: Reach) -> Kept | None:
    given = [key for key in _PLACES if getattr(raw, key)]
    licence = words.take(words.license, raw.license, (*at, "license"))
    if len(given) != 1:
        words.problem(at, "a duty kept needs exactly one of file, url, shown and name")
        return None
    from weightlaw.policy.duties_kept import Kept  # only where a duty is kept

    word = getattr(raw, given[0])
    return Kept(
        duty=raw.duty,
        license=licence or "",
        model=raw.model,
        place=f"the interface ({word})" if given[0] == "shown" else word,
        text=word if given[0] == "shown" else "",
        seen=_seen(word, words, (*at, "file"), reach) if given[0] == "file" else None,
        source=words.merged.line(at),
    )


def _seen(file: str, words: Words, at: Path, reach: Reach) -> Seen | None:
    """The file as it is now, from the folder of the policy that names it."""
    layer, _ = words.merged.origin(at)
    if os.path.isabs(file) or ".." in file.replace("\\", "/").split("/"):
        words.problem(at, f"{file!r}: a file in this repository, named from the policy's folder")
        return None
    if layer.folder is None:
        words.problem(at, "only a policy that is a file can name files")
        return None
    from weightlaw.policy.duties_kept import NO_FILE, Seen, look_at

    path = os.path.join(layer.folder, file)
    if os.path.exists(path) and not os.path.isfile(path):
        return Seen(error=NO_FILE)  # a pipe would keep us waiting
    return look_at(path, reach.read)


def _all_displayed(raw: PolicyYaml, words: Words) -> list[Kept]:
    """`displayed` of the deployments, as records."""
    plans = {("deployments", name): plan for name, plan in raw.deployments.items()}
    if not isinstance(raw.deployment, str):
        plans[("deployment", "")] = raw.deployment
    found = []
    for (part, name), plan in plans.items():
        at: Path = (part, name) if name else (part,)
        for index, item in enumerate(plan.displayed):
            found.append(_displayed(item, words, (*at, "displayed", index), name or plan.name))
    return found


def _displayed(item: Displayed, words: Words, at: Path, deployment: str) -> Kept:
    from weightlaw.policy.duties_kept import Kept

    return Kept(
        duty="display",
        license="",
        deployment=deployment,
        place=f"{item.where} ({item.text})",
        text=item.text,
        source=words.merged.line(at),
    )
