"""What is wrong with a policy that can be read: rules that never fit, that contradict, waivers that are over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.domain.deployment import Deployment
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.amounts import days_between
from weightlaw.policy.case import Case
from weightlaw.policy.extends import Merged as Merged
from weightlaw.policy.house import House, Preferences
from weightlaw.policy.houserules import OF_LICENSE, HouseRule, Match
from weightlaw.policy.matching import Facts, like, matches
from weightlaw.policy.policyreading import LOOSE, near_word
from weightlaw.policy.truth import Truth, all_of, missing, negated
from weightlaw.policy.waivers import SOON_DAYS


class Remark(Struct, frozen=True):
    """Something that a person should decide about the policy itself."""

    rule: str
    """WL901 to WL906."""
    place: str
    """`file:line`."""
    text: str


def remarks(house: House, merged: Merged, catalog: Catalog) -> tuple[Remark, ...]:
    """Everything that reads right and cannot be meant. Errors of the file itself were raised before."""
    look = _Look(house, catalog)
    return (
        *_empty(house),
        *look.never_fits(),
        *look.in_shadow(),
        *_short_forms(house, merged, catalog),
        *_overridden(merged),
        *_loosened(merged),
        *_waivers(house, catalog),
    )


def _empty(house: House) -> Iterator[Remark]:
    if house.empty:
        yield Remark(
            "WL901", f"{house.source}:1", "the policy says nothing, so every model is reviewed"
        )


class _Look:
    """Holds rules against every licence that is known, with nothing known of model and deployment."""

    def __init__(self, house: House, catalog: Catalog) -> None:
        self.house = house
        self.catalog = catalog
        named = set(_named(house))
        ids = dict.fromkeys([*catalog.license_ids(), *sorted(named)])
        entries = [e for i in ids if (e := catalog.license(i)) is not None]
        # an unread licence may be anything, so it shows nothing, unless a rule is about just that one
        entries = [e for e in entries if e.text is not None or e.id in named]
        self.facts = [_facts(Binding(entry=e, terms=e.facts), house) for e in entries]
        self.fitting = {rule.name: self._fitting(rule) for rule in house.rules}

    def _fitting(self, rule: HouseRule) -> set[str]:
        """The licences that a rule may fit, depending on model and deployment."""
        return {_id(facts) for facts in self.facts if _fits_license(rule, facts) is not False}

    def _sure(self, match: Match) -> set[str]:
        """The licences that a match fits, as far as licences decide."""
        part = _license_part(match)
        return {_id(facts) for facts in self.facts if matches(part, facts, every=True) is True}

    def never_fits(self) -> Iterator[Remark]:
        for rule in self.house.rules:
            if not self.fitting[rule.name]:
                yield Remark(
                    "WL903", rule.source, f"rule {rule.name} fits no licence that is known"
                )
            elif rule.unless is not None and _within(rule.match, rule.unless):
                text = f"rule {rule.name} never speaks: its `unless` covers all it is about"
                yield Remark("WL903", rule.source, text)
            yield from self._loose(rule)
            yield from self._developers(rule)
            yield from self._models(rule)

    def _loose(self, rule: HouseRule) -> Iterator[Remark]:
        for license_id in rule.match.licenses or ():
            entry = self.catalog.license(license_id)
            if entry is not None and entry.kind in LOOSE:
                text = f"rule {rule.name}: {license_id} is a name for several licences, which fits no rule: name each"
                yield Remark("WL903", rule.source, text)

    def _models(self, rule: HouseRule) -> Iterator[Remark]:
        """Patterns that fit no model that is known, and are near to one that is: a slip of the pen."""
        wanted = dict.fromkeys((*(rule.match.models or ()), *(rule.match.lineage or ())))
        known = self.catalog.model_ids() if wanted else []
        owners = sorted({i.partition("/")[0] for i in known})
        for pattern in wanted:
            if any(like(i, pattern) for i in known):
                continue
            owner, slash, name = pattern.partition("/")
            strange = bool(slash) and owner not in owners
            near = near_word(owner, owners, 0.85) if strange else near_word(pattern, known, 0.9)
            if near and (strange or name != "*"):
                text = f"rule {rule.name}: no model that is known is called {pattern!r}{near}"
                yield Remark("WL903", rule.source, text)

    def _developers(self, rule: HouseRule) -> Iterator[Remark]:
        wanted = rule.match.developers or ()
        known = self._known_developers() if wanted else []
        for pattern in wanted:
            if not any(like(name, pattern) for name in known):
                near = near_word(pattern, known)
                text = (
                    f"rule {rule.name}: no model that is known has the developer {pattern!r}{near}"
                )
                yield Remark("WL903", rule.source, text)

    def _known_developers(self) -> list[str]:
        models = (self.catalog.model(i) for i in self.catalog.model_ids())
        return sorted({m.developer for m in models if m and m.developer})

    def in_shadow(self) -> Iterator[Remark]:
        rules = self.house.rules
        for rule in rules:
            for other in rules:
                if rule.effect != "allow" and other.effect == "allow" and self._covers(other, rule):
                    text = (
                        f"rule {rule.name} ({rule.effect}) stands in the shadow of {other.name}, which allows "
                        f"all that it is about; the {rule.effect} holds, but a reader of {other.name} will not know"
                    )
                    yield Remark("WL904", rule.source, text)
        yield from _twins(rules)

    def _covers(self, wide: HouseRule, narrow: HouseRule) -> bool:
        """Whether everything that `narrow` may fit is surely fitted by `wide`."""
        fitting = self.fitting[narrow.name]
        if not fitting or not fitting <= self._sure(wide.match):
            return False
        same = wide.when is None or (narrow.when is not None and wide.when.text == narrow.when.text)
        return same and wide.unless is None and _others_within(narrow.match, wide.match)


def _id(facts: Facts) -> str:
    return facts.binding.entry.id if facts.binding else ""


def _named(house: House) -> Iterator[str]:
    for rule in house.rules:
        yield from rule.match.licenses or ()


def _facts(binding: Binding, house: House) -> Facts:
    subject = Subject(id="", bindings=(binding,))
    return Facts(Case(subject=subject, deployment=Deployment(), house=house), binding)


def _fits_license(rule: HouseRule, facts: Facts) -> Truth:
    """Whether a rule fits as far as the licence decides; what else it asks for is not known."""
    parts = [matches(_license_part(rule.match), facts, every=False)]
    if set(rule.match.given) - OF_LICENSE:
        parts.append(missing("the model and the deployment"))
    if rule.unless is not None:
        only = set(rule.unless.given) <= OF_LICENSE
        excepted = negated(matches(_license_part(rule.unless), facts, every=False))
        parts.append(excepted if only or excepted is True else missing("the exception"))
    if rule.when is not None:
        parts.append(_when(rule, facts))
    return all_of(parts)


def _license_part(match: Match) -> Match:
    return Match(**{key: getattr(match, key) for key in match.given if key in OF_LICENSE})


def _when(rule: HouseRule, facts: Facts) -> Truth:
    from weightlaw.policy.conditions import evaluate, views

    assert rule.when is not None
    unknown = dict.fromkeys(("model", "deployment", "organization"), missing("the case"))
    return evaluate(rule.when.node, views(facts) | unknown)


def _within(narrow: Match, wide: Match) -> bool:
    """Whether all that `narrow` fits is fitted by `wide`, by what they name."""
    return all(_key_within(key, narrow, wide) for key in wide.given)


def _others_within(narrow: Match, wide: Match) -> bool:
    return all(_key_within(k, narrow, wide) for k in wide.given if k not in OF_LICENSE)


def _key_within(key: str, narrow: Match, wide: Match) -> bool:
    small, large = getattr(narrow, key), getattr(wide, key)
    if small is None:
        return False
    return set(small) <= set(large) if isinstance(small, tuple) else small == large


def _twins(rules: tuple[HouseRule, ...]) -> Iterator[Remark]:
    seen: dict[object, str] = {}
    for rule in rules:
        about = (rule.match, rule.unless, rule.when.text if rule.when else "")
        if twin := seen.get(about):
            text = f"rule {rule.name} is about the same as {twin}: the stricter of the two holds"
            yield Remark("WL904", rule.source, text)
        seen.setdefault(about, rule.name)


def _short_forms(house: House, merged: Merged, catalog: Catalog) -> Iterator[Remark]:
    """`licenses` and `families`: what is both allowed and denied."""
    parts: dict[str, Preferences] = {"licenses": house.licenses, "families": house.families}
    for key, wanted in parts.items():
        for name in sorted(set(wanted.allow) & set(wanted.deny)):
            text = f"{name} is both allowed and denied in `{key}`: the deny holds"
            yield Remark("WL904", merged.line((key,)), text)
    for name in (*house.licenses.allow, *house.licenses.deny):
        entry = catalog.license(name)
        if entry is not None and entry.kind in LOOSE:
            text = f"{name} in `licenses` is a name for several licences: name each"
            yield Remark("WL903", merged.line(("licenses",)), text)


def _overridden(merged: Merged) -> Iterator[Remark]:
    """Rules of another policy that deny, and that this one makes milder."""
    for name, rule in (merged.data.get("rules") or {}).items():
        before = [r for layer in merged.layers for n, r in _rules(layer.data) if n == name]
        denied = any(_strength(r) > _strength(rule) for r in before)
        if denied:
            text = f"rule {name} is milder here than in the policy that this one extends"
            yield Remark("WL904", merged.line(("rules", name)), text)


def _loosened(merged: Merged) -> Iterator[Remark]:
    """What this policy takes back of the rest that another one demands."""
    said: dict[str, tuple[Any, str]] = {}
    for layer in merged.layers:
        for name, value in _strict_parts(layer.data):
            before, where = said.get(name, (None, ""))
            if before is not None and before != value and not _is_stricter(name, value, before):
                text = f"`{name}` is milder here than in {where}, which this policy extends"
                yield Remark("WL904", layer.place(tuple(name.split("."))).rsplit(":", 1)[0], text)
            said[name] = (value, layer.name)


def _strict_parts(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("osi_required", "otherwise"):
        if name in data:
            yield name, data[name]
    for name in ("licenses", "families"):
        part = data.get(name)
        if isinstance(part, dict) and "allow" in part:
            yield f"{name}.allow", part["allow"]


def _is_stricter(name: str, now: Any, before: Any) -> bool:
    if name == "osi_required":
        return now is True
    if name == "otherwise":
        return bool(now == "deny")
    return set(now) <= set(before)


def _rules(data: dict[str, object]) -> list[tuple[str, object]]:
    rules = data.get("rules")
    return list(rules.items()) if isinstance(rules, dict) else []


def _strength(rule: object) -> int:
    if not isinstance(rule, dict) or rule.get("off"):
        return 0
    return 2 if "deny" in rule else 1 if "review" in rule else 0


def _waivers(house: House, catalog: Catalog) -> Iterator[Remark]:
    for waiver in house.waivers:
        if catalog.model(waiver.model) is None:
            near = near_word(waiver.model, catalog.model_ids(), 0.9)
            if near:
                yield Remark(
                    "WL907", waiver.source, f"{waiver.title} names no model that is known{near}"
                )
        if not house.today:
            continue
        left = days_between(house.today, waiver.expires)
        if left < 0:
            yield Remark("WL905", waiver.source, f"{waiver.title} expired on {waiver.expires}")
        elif left <= SOON_DAYS:
            yield Remark("WL906", waiver.source, f"{waiver.title} expires on {waiver.expires}")
