"""From a trial's file to its results. No clock is read: the same file and policy give the same results."""

from __future__ import annotations

import os
from typing import Any

from msgspec import structs

from weightlaw.trial import candidates, comparing, costs, raters, reliability
from weightlaw.trial.gathering import Evidence, tags_of
from weightlaw.trial.methods import methods
from weightlaw.trial.results import (
    CandidateView,
    Comparison,
    Decision,
    Missing,
    Results,
    State,
    Text,
)
from weightlaw.trial.store import Store
from weightlaw.trial.values import Settings
from weightlaw.trial.wording import STOPPED, capital
from weightlaw.version import VERSION

MAX_TEXT = 4000
"""Characters of a prompt or an answer that --with-texts shows."""


def build(store: Store, *, tag: str = "", gap: float | None = None, texts: bool = False) -> Results:
    """All results, or those of the prompts with one tag. `gap`: in Elo, to say how many prompts it needs.

    Raises UsageError for a tag that no prompt has, a gap out of range, or where the extra is missing.
    """
    evidence = Evidence(store, tag)
    whole = Evidence(store) if tag else evidence
    by_tag = comparing.by_tag(whole, whole.pairs[0])
    compared = _primary_of_tag(comparing.all_pairs(evidence), by_tag, tag)
    missing, views = _missing(evidence), candidates.views(evidence)
    state = _state(evidence, missing)
    return Results(
        weightlaw=VERSION,
        state=state,
        scope=tag,
        decision=_decision(compared[0], views, missing, state, bool(evidence.model_votes)),
        candidates=views,
        comparisons=compared,
        by_tag=by_tag,
        needed=comparing.needed(compared[0].share.of, gap),
        missing=missing,
        texts=_texts(evidence) if texts else (),
        **_frozen(evidence),
        **_judged(evidence),
        **_ran(evidence, os.path.dirname(store.path)),
    )


def _frozen(evidence: Evidence) -> dict[str, Any]:
    """What was fixed before the first answer."""
    plan = evidence.plan
    return {
        "name": plan.settings.name,
        "created": plan.created,
        "prompts": len(evidence.prompts),
        "prompts_sha256": plan.prompts.sha256,
        "seed": plan.settings.seed,
        "margin": plan.settings.margin,
        "tags": tuple(tags_of(plan).items()),
        "untagged": sum(not p.tags for p in plan.prompts.prompts),
        "settings": _settings(plan.settings),
        "methods": methods(plan.settings),
    }


def _judged(evidence: Evidence) -> dict[str, Any]:
    """What the judges did, beside the comparisons."""
    return {
        "judged": max((v.at for v in evidence.votes), default=""),
        "ranking": comparing.ranking(evidence),
        "raters": raters.raters(evidence),
        "agreement": raters.agreement(evidence),
        "sides": raters.sides(evidence),
        "model_judges": raters.model_judges(evidence),
    }


def _ran(evidence: Evidence, folder: str) -> dict[str, Any]:
    """What the requests gave: failures, times, costs."""
    load = costs.load_of(evidence.plan.settings, folder, evidence.plan.created)
    return {
        "reliability": reliability.reliability(evidence),
        "paired": reliability.paired_shares(evidence),
        "retry_ratios": reliability.retry_ratios(evidence),
        "speed": reliability.speeds(evidence),
        "speed_differences": reliability.speed_differences(evidence),
        "costs": costs.costs(evidence, load),
        "load": load,
    }


def _primary_of_tag(
    compared: tuple[Comparison, ...], by_tag: tuple[Comparison, ...], tag: str
) -> tuple[Comparison, ...]:
    """A tag that is looked at alone stays one of several: its word is the corrected one."""
    if not tag:
        return compared
    return (next(c for c in by_tag if c.scope == tag), *compared[1:])


def _decision(
    c: Comparison, views: tuple[CandidateView, ...], missing: Missing, state: State, model: bool
) -> Decision:
    but = [_license_line(v) for v in views if v.openness == "open"]
    if c.one_sided:
        but.append(f"{capital(c.one_sided.sentence)}.")
    if c.missing and state == "incomplete":
        but.append(f"{capital(STOPPED)}.")
    elif state == "incomplete":
        but.append(_unanswered(missing))
    if state == "not judged" and model:
        but.append("A model's votes stand in a section of their own and decide nothing.")
    return Decision(word=c.word, sentence=f"{c.sentence}.", but=tuple(but))


def _license_line(v: CandidateView) -> str:
    if v.license is None:
        return f"Licence of {v.name}: {v.license_note}."
    names = ", ".join(v.license.licenses)
    clause = f": {v.license.clause.rstrip('.')}" if v.license.clause else ""
    return f"Licence of {v.name}: {v.license.verdict}{f' ({names})' if names else ''}{clause}."


def _unanswered(missing: Missing) -> str:
    counts = ((missing.answers, "answers"), (missing.votes, "votes"))
    return f"Missing: {' and '.join(f'{n} {what}' for n, what in counts if n)}."


def state_of(evidence: Evidence) -> State:
    """Whether anything is missing."""
    return _state(evidence, _missing(evidence))


def _state(evidence: Evidence, missing: Missing) -> State:
    if not evidence.judged:
        return "not judged"
    return "incomplete" if missing.answers or missing.votes else "whole"


def _missing(evidence: Evidence) -> Missing:
    names = [c.name for c in evidence.candidates]
    pairs = len(evidence.pairs) * len(evidence.ids)
    return Missing(
        answers=sum(evidence.final(n, p) is None for n in names for p in evidence.ids),
        votes=sum(len(evidence.unjudged(pair)) for pair in evidence.pairs),
        unanswerable=pairs - sum(len(evidence.ready(pair)) for pair in evidence.pairs),
        interrupted=sum(evidence.interrupted(n) for n in names),
        unfinished=evidence.unfinished,
        strangers=evidence.strangers,
        outdated=evidence.outdated,
    )


def _settings(settings: Settings) -> tuple[tuple[str, str], ...]:
    """All of them but the policy's path, which is this machine's affair."""
    said = structs.asdict(settings)
    return tuple(
        (key, str(value))
        for key, value in said.items()
        if value not in ("", None) and key not in ("name", "policy")
    )


def _texts(evidence: Evidence) -> tuple[Text, ...]:
    pair = evidence.pairs[0]
    words = {1: pair.first, -1: pair.second, 0: "tie"}
    told = evidence.tallies(pair)
    return tuple(
        Text(
            prompt=p.id,
            asked=_cut("\n".join(f"{m.role}: {m.content}" for m in p.messages)),
            answers=tuple((c.name, _answer(evidence, c.name, p.id)) for c in evidence.candidates),
            verdicts=(words[told[p.id].verdict],) if p.id in told else (),
        )
        for p in evidence.prompts
    )


def _answer(evidence: Evidence, name: str, prompt: str) -> str:
    final = evidence.final(name, prompt)
    if final is None:
        return ""
    calls = [str(call) for call in final.tool_calls]
    return _cut("\n".join([final.text, *calls] if calls else [final.text]))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… ({len(text):,} characters)"
