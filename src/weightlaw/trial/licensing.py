"""The licence verdict of `check` on what really answers, before a token is spent."""

from __future__ import annotations

from msgspec import Struct

from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict, strictest
from weightlaw.errors import UsageError, WeightlawError
from weightlaw.plaintext import one_line
from weightlaw.policy.house import House
from weightlaw.references.parsing import parse_reference
from weightlaw.sources.base import Source
from weightlaw.trial.identity import Known
from weightlaw.trial.values import Candidate, LicenseCheck, Settings


class Grounds(Struct, frozen=True, kw_only=True):
    """In which deployment, by which rules and with which sources a licence is judged."""

    deployment: Deployment = Deployment()
    house: House = House()
    hub: Source | None = None


def grounds_of(settings: Settings, today: str = "", hub: Source | None = None) -> Grounds:
    """Those of the trial's policy. Raises DataError or UsageError where it cannot be used."""
    if not settings.policy:
        return Grounds(hub=hub)
    from weightlaw.catalog.store import load
    from weightlaw.policy.amounts import utc_today
    from weightlaw.policy.extends import from_disk
    from weightlaw.policy.policyfile import load_policy

    policy = load_policy(
        settings.policy, load(), today=today or utc_today(), reach=from_disk(offline=hub is None)
    )
    deployment = policy.named(settings.deployment or None)
    return Grounds(deployment=deployment, house=policy.house, hub=hub)


def references_of(candidate: Candidate, known: Known) -> list[str]:
    """What is checked: what the file names, and what the server says that it really runs."""
    found = [candidate.reference] if candidate.reference else []
    if known.facts is not None:
        found.append(known.facts.id)
    elif known.served:
        found.append(known.served)
    elif not found and candidate.model.count("/") == 1:
        found.append(candidate.model)
    return list(dict.fromkeys(_sound(found)))


def _sound(texts: list[str]) -> list[str]:
    """A server may call a model anything: what is no reference is left out."""
    kept = []
    for text in texts:
        try:
            kept.append(parse_reference(text).text)
        except UsageError:
            continue
    return kept


def license_of(candidate: Candidate, known: Known, grounds: Grounds) -> LicenseCheck | None:
    """The strictest verdict on it; None for a closed candidate. What cannot be judged is review, never allowed.

    Where an Ollama shows the package the weights are there, whatever the file calls them.
    """
    if candidate.openness == "closed" and known.facts is None:
        return None
    references = references_of(candidate, known)
    if not references:
        why = "nothing says which model this is: write reference: with a Hub id or ollama:NAME"
        return LicenseCheck(reference=candidate.model, verdict=Verdict.REVIEW.value, clause=why)
    looked = {}
    if known.facts is not None:
        # The same package under every spelling of its name.
        looked = {r: known.facts for r in references if _means(r, known.facts.id)}
    try:
        report = check(
            references, grounds.deployment, house=grounds.house, hub=grounds.hub, looked=looked
        )
    except WeightlawError as error:
        why = one_line(str(error))
        return LicenseCheck(reference=references[0], verdict=Verdict.REVIEW.value, clause=why)
    return _strictest(report.models, report.knowledge.date)


def _means(reference: str, ollama_id: str) -> bool:
    from weightlaw.sources.ollama_names import parse_name

    return reference.lower().startswith("ollama:") and parse_name(reference).id == ollama_id


def _strictest(models: tuple[ModelResult, ...], knowledge: str) -> LicenseCheck:
    verdict = strictest(m.verdict for m in models)
    model = next(m for m in models if m.verdict is verdict)
    deciding = [f for f in model.findings if f.verdict is verdict]
    unknowns = [f"{u.fact}: {u.why}" for u in model.unknowns]
    words = [f"{f.rule} {f.message}" for f in deciding] or unknowns
    return LicenseCheck(
        reference=model.reference,
        verdict=verdict.value,
        model=model.model,
        licenses=tuple(dict.fromkeys(v.id for v in model.licenses)),
        clause=one_line(words[0], 400) if words and verdict is not Verdict.ALLOWED else "",
        rules=tuple(dict.fromkeys(f.rule for f in deciding)),
        knowledge=knowledge,
    )
