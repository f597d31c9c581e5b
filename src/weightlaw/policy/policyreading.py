"""From a policy's words to values: quantities, places, licences, models, conditions; every problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec import Struct, structs

from weightlaw import plainyaml
from weightlaw.catalog.store import Catalog
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.places import parse_place
from weightlaw.domain.quantities import Money, parse_count, parse_money, parse_month
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import UsageError
from weightlaw.policy.amounts import parse_date, parse_growth
from weightlaw.policy.extends import Merged, Reach
from weightlaw.policy.house import House, Preferences
from weightlaw.policy.policyyaml import Plan, PolicyYaml

T = TypeVar("T")
Path = plainyaml.Path
_OTHERWISE = {"deny": Verdict.DENIED, "review": Verdict.REVIEW}
LOOSE = ("family", "placeholder")
"""Kinds of names that stand for several licences, or for none."""
_NOTHING: tuple[Any, ...] = (None, {}, [], "")


class Words:
    """Reads single values of one policy, collecting what is wrong with its place."""

    def __init__(self, merged: Merged, catalog: Catalog) -> None:
        self.merged = merged
        self.catalog = catalog
        self.problems: list[str] = []
        self._ids = frozenset(catalog.license_ids())
        """Found without the index of all names, which takes time to load."""

    def problem(self, at: Path, what: str) -> None:
        """Note what is wrong with the value at a path."""
        self.problems.append(f"{self.merged.place(at)}: {what}")

    def take(self, parse: Callable[[str], T], value: str | None, at: Path) -> T | None:
        """What `parse` makes of a value; None where it was not given or is wrong."""
        if value is None:
            return None
        try:
            return parse(value)
        except UsageError as error:
            self.problem(at, str(error))
            return None

    def count(self, value: str | int | None, at: Path) -> int | None:
        """A number of persons."""
        return self.take(parse_count, str(value) if isinstance(value, int) else value, at)

    def each(self, parse: Callable[[str], T], values: Iterable[str], at: Path) -> tuple[T, ...]:
        """Every value of a list, once."""
        found = (self.take(parse, value, (*at, i)) for i, value in enumerate(values))
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def license(self, text: str) -> str:
        """A licence's id by any of its names. Raises UsageError."""
        if text in self._ids:
            return text
        if entry := self.catalog.find_license(text):
            if entry.kind in LOOSE:
                raise UsageError(
                    f"{text!r} may mean several licences, and a rule on it fits none of them: name each, "
                    "or use `families`"
                )
            return entry.id
        near = near_word(text.lower(), self.catalog.license_names())
        raise UsageError(f"{text!r} is no licence that weightlaw knows{near}")

    def one_of(self, known: Iterable[str], what: str) -> Callable[[str], str]:
        """A parser that accepts one of these words."""
        words = tuple(known)

        def parse(text: str) -> str:
            if text in words:
                return text
            near = near_word(text, words)
            raise UsageError(f"{text!r} is no {what}{near or '; known: ' + ', '.join(words)}")

        return parse


def near_word(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """`; did you mean x?`, or nothing."""
    import difflib  # only on an error

    near = difflib.get_close_matches(word[:100], list(known), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]}?" if near else ""


class Reading(Struct, frozen=True, kw_only=True):
    """What a policy says, with what is wrong with it."""

    deployment: Deployment
    deployments: tuple[Deployment, ...]
    settled: bool
    house: House
    said: tuple[tuple[str, tuple[str, ...]], ...]
    organization: str
    about: str
    problems: list[str]


def read_policy(
    raw: PolicyYaml, merged: Merged, catalog: Catalog, today: str, reach: Reach
) -> Reading:
    """All values of a policy of right shape."""
    words = Words(merged, catalog)
    if raw.version != 1:
        words.problem(("version",), f"version {raw.version} is not one this weightlaw reads: 1")
    deployments, chosen, settled = _deployments(raw, words)
    house = _house(raw, merged, words, today, reach)
    named = next((k.place for k in house.kept if k.duty == "derived_name" and k.text == ""), None)
    return Reading(
        deployment=_named(chosen, named),
        deployments=tuple(_named(d, named) for d in deployments),
        settled=settled,
        house=house,
        said=_all_said(raw, merged),
        organization=raw.organization.name,
        about=raw.about,
        problems=words.problems,
    )


def _named(deployment: Deployment, name: str | None) -> Deployment:
    """A name recorded as kept is the derived model's, where the deployment gives none."""
    if name is None or deployment.derived_name is not None:
        return deployment
    return structs.replace(deployment, derived_name=name)


def _deployments(raw: PolicyYaml, words: Words) -> tuple[tuple[Deployment, ...], Deployment, bool]:
    """All named deployments, the one that counts, and whether that is settled."""
    base = _organization(raw, words)
    _names(raw, words)
    named = tuple(
        _plan(plan, base, words, ("deployments", name), name)
        for name, plan in raw.deployments.items()
    )
    if isinstance(raw.deployment, str):
        known = [d.name for d in named]
        words.take(
            words.one_of(known, "deployment of this policy"), raw.deployment, ("deployment",)
        )
        chosen = next((d for d in named if d.name == raw.deployment), base)
        return named, chosen, True
    if "deployment" not in words.merged.data and named:
        return named, named[0] if len(named) == 1 else base, len(named) == 1
    only = _plan(raw.deployment, base, words, ("deployment",), raw.deployment.name)
    return named, only, True


def _names(raw: PolicyYaml, words: Words) -> None:
    """A deployment's name says which one is meant, so it is there and unlike the others."""
    for name in raw.deployments:
        if not name.strip():
            words.problem(("deployments", name), "a deployment needs a name")
    if not isinstance(raw.deployment, str) and raw.deployment.name in raw.deployments:
        what = f"{raw.deployment.name!r} is also one of `deployments`: give it another name"
        words.problem(("deployment", "name"), what)


def _organization(raw: PolicyYaml, words: Words) -> Deployment:
    """What the organization brings to every deployment."""
    org = raw.organization

    def at(key: str) -> Path:
        return ("organization", key)

    return Deployment(
        kind=org.kind,
        headquarters=words.take(parse_place, org.headquarters, at("headquarters")),
        affiliates_counted=org.affiliates_counted,
        mau=words.count(org.monthly_active_users, at("monthly_active_users")),
        counted_on=words.take(parse_date, org.counted_on, at("counted_on")),
        mau_at=_history(org.users_at, words),
        growth=words.take(parse_growth, org.growth, at("growth")),
        dau=words.count(org.daily_active_users, at("daily_active_users")),
        revenue=words.take(parse_money, org.annual_revenue, at("annual_revenue")),
        monthly_revenue=words.take(parse_money, org.monthly_revenue, at("monthly_revenue")),
        funding=words.take(parse_money, org.funding, at("funding")),
        employees=words.count(org.employees, at("employees")),
    )


def _history(users_at: dict[str, str | int], words: Words) -> tuple[tuple[str, int], ...]:
    at: Path = ("organization", "users_at")
    months = [
        (words.take(parse_month, month, (*at, month)), words.count(count, (*at, month)))
        for month, count in users_at.items()
    ]
    found = sorted((m, n) for m, n in months if m is not None and n is not None)
    if len({month for month, _ in found}) < len(found):
        words.problem(at, "a month is given twice")
    return tuple(found)


def _plan(plan: Plan, base: Deployment, words: Words, at: Path, name: str) -> Deployment:
    """One deployment of the organization."""
    growth = words.take(parse_growth, plan.growth, (*at, "growth"))
    if plan.research and _said(words, (*at, "commercial")) is True:
        words.problem((*at, "research"), "what is research only is not commercial: say one of them")
    return structs.replace(
        base,
        name=name,
        purpose=plan.purpose,
        uses=plan.use or ("feature",),
        commercial=plan.commercial and not plan.research,
        research=plan.research,
        fine_tuned=plan.fine_tuned,
        trains_on_outputs=plan.trains_on_outputs,
        derived_name=plan.derived_name,
        markets=words.each(parse_place, plan.markets, (*at, "markets")),
        fields=plan.fields,
        product_mau=words.count(plan.monthly_active_users, (*at, "monthly_active_users")),
        product_growth=growth,
        product_revenue=_money(plan.annual_revenue, words, (*at, "annual_revenue")),
    )


_ASSUMED = {
    "use": "uses",
    "commercial": "commercial",
    "research": "commercial",
    "fine_tuned": "fine_tuned",
    "trains_on_outputs": "trains_on_outputs",
}
"""Keys of a deployment whose value is assumed where they are left out, and the field each one states."""


def _all_said(raw: PolicyYaml, merged: Merged) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the file states of each deployment, by its name."""
    plans = dict(merged.data.get("deployments") or {})
    if isinstance(only := merged.data.get("deployment"), dict):
        plans["" if isinstance(raw.deployment, str) else raw.deployment.name] = only
    return tuple(
        (name, tuple(dict.fromkeys(_ASSUMED[key] for key in plan if key in _ASSUMED)))
        for name, plan in plans.items()
        if isinstance(plan, dict)
    )


def _said(words: Words, at: Path) -> Any:
    """The value as it stands in the file; None where nothing stands there."""
    value: Any = words.merged.data
    for step in at:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _money(text: str | None, words: Words, at: Path) -> Money | None:
    return words.take(parse_money, text, at)


def _house(raw: PolicyYaml, merged: Merged, words: Words, today: str, reach: Reach) -> House:
    rules = _rules(raw, words)
    name = merged.name
    house = House(
        licenses=_licenses(raw.licenses, words),
        families=_families(raw.families, words),
        osi_required=raw.osi_required,
        rules=rules,
        otherwise=_OTHERWISE[raw.otherwise],
        waivers=_waivers(raw, words),
        kept=_kept(raw, words, reach),
        empty=not any(_says(k, v) for k, v in merged.data.items()),
        today=today,
        source=name,
    )
    if house.has_rules() or house.empty:
        return house
    note = f"no rules of the house in {name}: what the licences demand decides alone"
    return structs.replace(house, notes=(note,))


def _says(key: str, value: Any) -> bool:
    """Whether a part of the policy says anything."""
    if isinstance(value, dict):
        return any(_says(k, v) for k, v in value.items())
    return key not in ("version", "about", "extends") and value not in _NOTHING


def _rules(raw: PolicyYaml, words: Words) -> tuple[Any, ...]:
    if not raw.rules:
        return ()
    from weightlaw.policy.rulereading import read_rules  # only where there are rules

    return read_rules(raw, words)


def _waivers(raw: PolicyYaml, words: Words) -> tuple[Any, ...]:
    if not raw.waivers:
        return ()
    from weightlaw.policy.recordreading import read_waivers

    return read_waivers(raw, words)


def _kept(raw: PolicyYaml, words: Words, reach: Reach) -> tuple[Any, ...]:
    if not raw.duties_kept and not any(p.displayed for p in _plans(raw)):
        return ()
    from weightlaw.policy.recordreading import read_kept

    return read_kept(raw, words, reach)


def _plans(raw: PolicyYaml) -> list[Plan]:
    own = [] if isinstance(raw.deployment, str) else [raw.deployment]
    return [*own, *raw.deployments.values()]


def _licenses(wanted: Preferences, words: Words) -> Preferences:
    _not_empty("licenses", words)
    return Preferences(
        allow=words.each(words.license, wanted.allow, ("licenses", "allow")),
        deny=words.each(words.license, wanted.deny, ("licenses", "deny")),
    )


def _not_empty(key: str, words: Words) -> None:
    """An empty list of what is allowed would allow everything, and may have meant nothing."""
    if words.merged.data.get(key, {}).get("allow") == []:
        what = "an empty `allow`: leave it out to allow all that is not denied, or write rules"
        words.problem((key, "allow"), what)


def _families(wanted: Preferences, words: Words) -> Preferences:
    from weightlaw.domain.terms import Family

    known: tuple[str, ...] = Family.__args__  # type: ignore[attr-defined]
    parse = words.one_of(known, "family of licences")
    _not_empty("families", words)
    return Preferences(
        allow=words.each(parse, wanted.allow, ("families", "allow")),
        deny=words.each(parse, wanted.deny, ("families", "deny")),
    )
