"""What `weightlaw policy` prints: a policy, its remarks, its tests, forecasts, the chain to a verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.quantities import short
from weightlaw.policy.explaining import Explanation
from weightlaw.policy.extends import Merged
from weightlaw.policy.forecast import Crossing, Largest
from weightlaw.policy.house import House
from weightlaw.policy.houserules import HouseRule, Match
from weightlaw.policy.policy import Policy
from weightlaw.policy.policytests import CaseResult
from weightlaw.policy.validating import Remark
from weightlaw.reports.text_report import joined, part, plain, wrap


def render_policy(policy: Policy) -> str:
    """Who, what, and the rules in words."""
    house = policy.house
    lines = [
        plain(f"{policy.path}: the policy of {policy.organization or 'an unnamed organization'}")
    ]
    lines += wrap(policy.about, "  ") if policy.about else []
    for deployment in policy.deployments or (policy.deployment,):
        lines += ["", *_deployment(deployment)]
    lines += ["", *_house(house)]
    return joined(lines)


def _deployment(deployment: Deployment) -> Iterator[str]:
    yield plain(f"deployment {deployment.name or '(unnamed)'}")
    for key in deployment.__struct_fields__:
        value = getattr(deployment, key)
        if key != "name" and value not in (None, (), ""):
            yield from wrap(_shown(key, value), f"  {key.replace('_', ' '):<20}")


def _shown(key: str, value: Any) -> str:
    if key == "mau_at":
        return ", ".join(f"{month}: {short(n)}" for month, n in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if key == "growth":
        return f"{value:.2%} a month"
    return short(value) if isinstance(value, int) else str(value)


def _house(house: House) -> Iterator[str]:
    for title, wanted in (("licences", house.licenses), ("families", house.families)):
        for word in ("allow", "deny"):
            if names := getattr(wanted, word):
                yield from wrap(", ".join(names), f"{word} {title}: ")
    if house.osi_required:
        yield "only OSI-approved licences"
    for rule in house.rules:
        yield from _rule(rule)
    if any(rule.effect == "allow" for rule in house.rules):
        yield f"otherwise: {house.otherwise.value}"
    for waiver in house.waivers:
        text = f"{waiver.title}, until {waiver.expires}: {waiver.reason} ({waiver.approver}, {waiver.reference})"
        yield from wrap(text, "waived    ")
    for kept in house.kept:
        text = f"{kept.duty} {kept.license}: {kept.place} ({kept.source})"
        yield from wrap(text.replace("  ", " "), "kept      ")
    yield from house.notes


def _rule(rule: HouseRule) -> Iterator[str]:
    yield from wrap(f"{rule.reason} ({rule.source})", f"{rule.effect:<7} {rule.name}: ", "        ")
    about = words(rule.match) or "anything"
    parts = [f"about {about}"]
    parts += [f"unless {words(rule.unless)}"] if rule.unless else []
    parts += [f"when {' '.join(rule.when.text.split())}"] if rule.when else []
    yield from wrap("; ".join(parts), "        ")


def words(match: Match) -> str:
    """A match in one line."""
    return ", ".join(
        f"{key.replace('_', ' ')} {_value(key, getattr(match, key))}" for key in match.given
    )


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        names = [str(v).removeprefix("LicenseRef-weightlaw-") for v in value]
        return " or ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    if key == "cap_used_above":
        return f"{value:.0%}"
    return f"{value} days" if key == "facts_older_than" else str(value)


def render_effective(merged: Merged) -> str:
    """Every value with the place it comes from, then who overrides whom."""
    lines = [
        f"{merged.name}, built on: {', '.join(n.name for n in merged.layers[:-1]) or 'nothing'}",
        "",
    ]
    for path, value in _leaves(merged.data, ()):
        shown = json.dumps(value, ensure_ascii=False)
        lines += wrap(f"{'.'.join(path)}: {shown}  <- {merged.line(path)}", "", "    ")
    lines += ["", "overridden:"] if merged.overrides else ["", "nothing is overridden"]
    lines += [f"  {o.what}: {o.by} instead of {o.of}" for o in merged.overrides]
    return joined(lines)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Down to what is written on a line of its own."""
    if isinstance(value, dict) and value and len(path) < 2:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    else:
        yield path, value


def render_remarks(found: Iterable[Remark], path: str, rules: int) -> str:
    """What `policy validate` found, one line each; or that all is well."""
    lines = [line for r in found for line in wrap(f"{r.place}: {r.rule} {r.text}", "", "    ")]
    word = "rule" if rules == 1 else "rules"
    return joined(lines or [f"{path}: {rules} {word} of the house, nothing to remark"])


def render_tests(results: Iterable[CaseResult], path: str) -> str:
    """Failures in full, and the counts."""
    done = list(results)
    failed = [r for r in done if r.failures]
    lines = []
    for result in failed:
        lines += wrap(f"{result.place}: FAILED {result.case}", "", "    ")
        for failure in result.failures:
            lines += wrap(failure, "    - ")
    return joined([*lines, f"{path}: {len(done) - len(failed)} passed, {len(failed)} failed"])


def render_explanation(told: Explanation) -> str:
    """The chain from the facts to the verdict."""
    subject, judgement = told.subject, told.judgement
    lines = [f"{plain(subject.id)}: {judgement.verdict.value}", "", *_facts(told), ""]
    lines += ["licences that bind:", *_bindings(told), "", "rules of the house:"]
    lines += list(_answers(told)) or ["  none"]
    lines += ["", "findings:", *(_findings(told) or ["  none"])]
    lines += ["", "limits of size:", *_forecast(told.crossings, told.largest), ""]
    return joined([*lines, *_verdict(told)])


def _facts(told: Explanation) -> Iterator[str]:
    subject = told.subject
    facts = {
        "source": f"{subject.source or 'not known'}, as of {subject.as_of or 'an unknown day'}",
        "revision": subject.revision or "not known",
        "made by": "; ".join(
            f"{m.id}: {m.developer or 'developer not known'} ({m.country or 'country not known'})"
            for m in told.about.makers
        ),
        "gated": subject.gated,
        "weights": told.about.quantization or "nothing says whether they are quantized",
        "deployment": f"{told.deployment.name or 'unnamed'}: {', '.join(told.deployment.uses)}",
    }
    for key, value in facts.items():
        yield from wrap(value, f"  {key:<12}")


def _bindings(told: Explanation) -> Iterator[str]:
    for binding in told.subject.bindings:
        yield from wrap(f"{binding.title}: {binding.reason}", "  - ", "    ")
    for gap in told.subject.gaps:
        yield from wrap(f"not settled: {gap.text}", "  - ", "    ")


def _answers(told: Explanation) -> Iterator[str]:
    for answer in told.answers:
        licence = f" ({answer.license})" if answer.license else ""
        text = f"{answer.rule.effect} {answer.rule.name}: {answer.word}{licence}"
        yield from wrap(text, "  - ", "    ")


def _findings(told: Explanation) -> list[str]:
    judgement = told.judgement
    lines = [
        line
        for f in judgement.findings
        for line in wrap(f"{f.verdict.value} {f.rule}: {f.message}", "  - ", "    ")
    ]
    for waived in judgement.waived:
        text = f"waived {waived.finding.rule} until {waived.expires} by {waived.approver}: {waived.finding.message}"
        lines += wrap(text, "  - ", "    ")
    return lines


def _verdict(told: Explanation) -> Iterator[str]:
    judgement = told.judgement
    deciding = [
        f.house_rule or f.rule for f in judgement.findings if f.verdict is judgement.verdict
    ]
    because = f" by {', '.join(dict.fromkeys(deciding))}" if deciding else ""
    text = f"{judgement.verdict.value}{because}; duties open: {len(judgement.duties)}, kept: {len(judgement.kept)}"
    yield from wrap(text, "verdict: ")


def render_forecast(model: str, found: Iterable[Crossing], most: Largest) -> str:
    """When caps are reached, and how large the deployment may become."""
    return joined([plain(model), *_forecast(found, most)])


def _forecast(found: Iterable[Crossing], most: Largest) -> Iterator[str]:
    none = True
    for crossing in found:
        none = False
        yield from wrap(_crossing(crossing), "  - ", "    ")
    if none:
        yield "  no standing threshold"
    yield from wrap(_largest(most), "  largest deployment: ", "    ")


def _crossing(c: Crossing) -> str:
    used = "" if c.used is None else f", {c.used:.0%} used"
    month = f"reached in {c.month}" if c.month else "no month can be told"
    return f"{c.license}, {part(c.section)}: {c.limit}{used}; {month} ({c.assumption})"


def _largest(most: Largest) -> str:
    if most.users is None:
        return f"none: {most.then.message if most.then else 'nothing is known'}"
    if most.unlimited:
        return "no limit on users"
    then = most.then
    where = ""
    if then and then.evidence and then.evidence[0].section:
        where = f" ({then.evidence[0].license.removeprefix('LicenseRef-weightlaw-')}, {part(then.evidence[0].section)})"
    said = f"{then.house_rule or then.rule}{where}: {then.message}" if then else ""
    return f"up to {short(most.users)} users ({most.users:,}); then {said}"
