"""A trial's results as the section of the procurement report: `report --trial FILE.trial|RESULTS.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weightlaw.errors import UsageError

if TYPE_CHECKING:
    from weightlaw.reports.procurement.view import OwnTrial, TrialCandidate
    from weightlaw.trial.results import CandidateView, Comparison, Results

_SQLITE = b"SQLite format 3\0"


def own_trial(path: str) -> OwnTrial:
    """The section. Raises UsageError for a file that is neither a trial nor its JSON report."""
    try:
        with open(path, "rb") as file:
            head = file.read(len(_SQLITE))
    except OSError as error:
        raise UsageError(f"cannot read --trial {path}: {error.strerror or error}") from None
    return section(_computed(path) if head == _SQLITE else _written(path))


def _computed(path: str) -> Results:
    from weightlaw.trial.building import build
    from weightlaw.trial.store import Store

    with Store(path) as store:
        return build(store)


def _written(path: str) -> Results:
    from weightlaw.trial.documents.json import read

    with open(path, "rb") as file:
        return read(file.read(), path)


def section(results: Results) -> OwnTrial:
    """What the procurement report shows of a trial: no prompt, no answer."""
    from weightlaw.reports.procurement.view import OwnTrial
    from weightlaw.trial.documents.phrases import missing_texts, not_worse_text, won_text
    from weightlaw.trial.wording import chance, percent, seen, span

    main = results.comparisons[0]
    told = main.share.of > 0
    return OwnTrial(
        name=results.name,
        date=results.created,
        decision=results.decision.sentence,
        beside=results.decision.but,
        first=main.first,
        second=main.second,
        prompts=results.prompts,
        judged=main.prompts,
        won=won_text(main),
        share=f"{percent(main.share.share)} ({span(main.share.low, main.share.high)}), {chance(main.p)}"
        if told
        else "",
        exact=span(main.exact_low, main.exact_high) if told else "",
        margin=not_worse_text(main.not_worse, main.first) if main.not_worse and told else "",
        could=seen(main) if told else "",
        low=round(1000 * main.share.low) if told else None,
        high=round(1000 * main.share.high) if told else None,
        at=round(1000 * (main.share.share or 0)),
        bound=round(1000 * main.not_worse.bound) if main.not_worse else None,
        candidates=tuple(_candidate(view, results) for view in results.candidates),
        missing=(*missing_texts(results.missing), *_unbilled(results)),
        prompts_sha256=results.prompts_sha256,
        tags=tuple(_tag(c) for c in results.by_tag),
    )


def _unbilled(results: Results) -> tuple[str, ...]:
    """What the figures of cost leave out."""
    from weightlaw.trial.documents.phrases import uncounted_text

    return tuple(
        f"cost of {c.candidate}: {uncounted_text(c)}" for c in results.costs if c.uncounted
    )


def _tag(c: Comparison) -> str:
    from weightlaw.trial.documents.phrases import won_text

    return f"{c.scope}: {c.word} ({won_text(c)})"


def _candidate(view: CandidateView, results: Results) -> TrialCandidate:
    from weightlaw.reports.procurement.view import TrialCandidate
    from weightlaw.trial.documents.phrases import (
        artefact_text,
        month_text,
        range_text,
        seconds,
        usd,
    )
    from weightlaw.trial.wording import share_text

    failed = next(r for r in results.reliability if r.candidate == view.name)
    speed = next(s for s in results.speed if s.candidate == view.name)
    cost = next(c for c in results.costs if c.candidate == view.name)
    return TrialCandidate(
        name=view.name,
        openness=view.openness,
        model=view.model,
        ran="; then ".join(artefact_text(a) for a in view.artefacts),
        verdict=view.license.verdict if view.license else "",
        license=_license(view),
        retried=share_text(failed.retried),
        retries=f"{range_text(failed.retries, '.1f')} for 100 prompts",
        seconds=seconds(speed.median),
        thousand=usd(cost.per_thousand),
        month=month_text(cost, results.load),
    )


def _license(view: CandidateView) -> str:
    if view.license is None:
        return view.license_note
    licenses = ", ".join(view.license.licenses) or "no licence known"
    return f"{licenses}; {view.license.clause}" if view.license.clause else licenses
