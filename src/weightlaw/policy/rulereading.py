"""Rules of the house from their words: one effect each, nothing that could never fit, growth never milder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from weightlaw.domain.places import members, parse_place
from weightlaw.errors import UsageError
from weightlaw.policy.amounts import parse_age, parse_share
from weightlaw.policy.houserules import EFFECTS, GROWING, KEYS, Effect, HouseRule, Match
from weightlaw.policy.policyreading import Path, Words, near_word
from weightlaw.policy.policyyaml import Matching, PolicyYaml, RuleYaml

_NAME = "a rule's name is made of small letters, digits and hyphens, and is no rule id"


def read_rules(raw: PolicyYaml, words: Words) -> tuple[HouseRule, ...]:
    """All rules that are not switched off, in their order."""
    own = [] if isinstance(raw.deployment, str) else [raw.deployment.name]
    deployments = [*raw.deployments, *filter(None, own)]
    found = (_Reader(words, name, deployments).rule(rule) for name, rule in raw.rules.items())
    return tuple(rule for rule in found if rule is not None)


class _Reader:
    """Reads one rule."""

    def __init__(self, words: Words, name: str, deployments: list[str]) -> None:
        self.words = words
        self.name = name
        self.at: Path = ("rules", name)
        self.deployments = deployments

    def rule(self, raw: RuleYaml) -> HouseRule | None:
        self._named()
        given = [effect for effect in EFFECTS if getattr(raw, effect) is not None]
        if raw.off:
            self._off(given)
            return None
        if len(given) != 1:
            self.words.problem(
                self.at, f"rule {self.name}: give exactly one of allow, review, deny"
            )
            return None
        if not raw.reason.strip():
            self.words.problem((*self.at, "reason"), f"rule {self.name} gives no reason")
        return self._rule(raw, given[0])

    def _rule(self, raw: RuleYaml, effect: Effect) -> HouseRule:
        body = getattr(raw, effect)
        every = effect == "allow"
        return HouseRule(
            name=self.name,
            reason=" ".join(raw.reason.split()),
            effect=effect,
            match=Match() if body == "any" else self._match(body, effect, growing=not every),
            unless=self._match(raw.unless, "unless", growing=every) if raw.unless else None,
            when=self._when(raw.when, effect),
            remedy=" ".join(raw.do.split()),
            source=self.words.merged.line(self.at),
        )

    def _named(self) -> None:
        plain = self.name.replace("-", "")
        known = self.name.upper().startswith("WL") and self.name[2:5].isdigit()
        if known or not (plain.isascii() and plain.isalnum() and plain == plain.lower()):
            self.words.problem(self.at, f"{self.name!r}: {_NAME}")

    def _off(self, given: list[Effect]) -> None:
        """Only a rule that another policy brings can be switched off."""
        overrides = [o.what for o in self.words.merged.overrides]
        if given or f"rules.{self.name}" not in overrides:
            what = "`off` is for a rule that `extends` brings, and stands with a reason alone"
            self.words.problem((*self.at, "off"), what)

    def _when(self, text: str | None, effect: Effect) -> Any:
        if text is None:
            return None
        from weightlaw.policy.cel_syntax import ConditionError
        from weightlaw.policy.conditions import compile_condition

        try:
            return compile_condition(text, effect)
        except ConditionError as error:
            line = text[: error.at].count("\n") + 1
            where = f", line {line} of it" if line > 1 else ""
            column = error.at - (text[: error.at].rfind("\n") + 1) + 1
            what = f"`when`, character {column}{where}: {error.text}"
            self.words.problem((*self.at, "when"), what)
            return None

    def _match(self, raw: Matching, key: str, growing: bool) -> Match:
        at = (*self.at, key)
        given = {name: value for name in KEYS if (value := getattr(raw, name)) is not None}
        if not given:
            everything = f"write `{key}: any` if everything is meant, or " * (key != "unless")
            what = f"`{key}` names nothing: {everything}leave it out"
            self.words.problem(at, what)
        for name in given.keys() & GROWING if not growing else ():
            what = f"`{name}` here would make growth milder: it belongs into deny or review"
            self.words.problem((*at, name), what)
        read = {name: self._value(name, value, (*at, name)) for name, value in given.items()}
        return structs.replace(Match(), **read)

    def _value(self, name: str, value: Any, at: Path) -> Any:
        if value == ():
            self.words.problem(at, f"an empty list of {name} fits nothing")
        if parse := _SINGLE.get(name):
            return self.words.take(parse, value, at)
        if name in ("countries", "markets"):
            codes = self.words.each(parse_place, value, at)
            return tuple(sorted({m for code in codes for m in (code, *members(code))}))
        lists: dict[str, Callable[[str], str]] = {
            "licenses": self.words.license,
            "deployments": self.words.one_of(self.deployments, "deployment of this policy"),
        }
        if read := lists.get(name):
            return self.words.each(read, value, at)
        if name in ("models", "lineage"):
            return self._models(value, at)
        return value

    def _models(self, value: tuple[str, ...], at: Path) -> tuple[str, ...]:
        """Names become the Hub ids they stand for; ids and patterns stay."""
        found = self.words.each(self._model, value, at)
        return tuple(dict.fromkeys(i for ids in found for i in ids))

    def _model(self, text: str) -> tuple[str, ...]:
        if "*" in text:
            return (text,)
        if "/" in text:
            known = self.words.catalog.model(text)  # also by a name that it had before
            return tuple(dict.fromkeys((text, known.id if known else text)))
        _, models = self.words.catalog.named(text)
        if models:
            return tuple(m.id for m in models)
        near = near_word(text.lower(), self.words.catalog.known_names())
        raise UsageError(
            f"{text!r} is no model that weightlaw knows{near}; write org/model or org/*"
        )


_SINGLE: dict[str, Callable[[str], Any]] = {
    "cap_used_above": parse_share,
    "facts_older_than": parse_age,
}
