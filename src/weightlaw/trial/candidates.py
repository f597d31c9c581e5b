"""Each candidate as it was asked, what really answered, and what the licence check said before a token was spent."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit, urlunsplit

from weightlaw.trial.gathering import Evidence
from weightlaw.trial.results import Artefact, CandidateView
from weightlaw.trial.values import Candidate, Identity, LicenseCheck

NOT_CHECKED = "not checked: treat it as review until `weightlaw check` has judged it"


def views(evidence: Evidence) -> tuple[CandidateView, ...]:
    """In the order of the plan."""
    return tuple(_view(evidence, candidate) for candidate in evidence.candidates)


def _view(evidence: Evidence, candidate: Candidate) -> CandidateView:
    seen = [i for i in evidence.identities if i.candidate == candidate.name]
    checked = license_of(evidence, candidate.name)
    return CandidateView(
        name=candidate.name,
        model=candidate.model,
        openness=candidate.openness,
        reference=candidate.reference,
        url=_address(candidate.url),
        temperature=candidate.temperature,
        seed=candidate.seed,
        max_tokens=candidate.max_tokens,
        system_sha256=hashlib.sha256(candidate.system.encode()).hexdigest()
        if candidate.system
        else "",
        extra=tuple(sorted(candidate.extra)),
        artefacts=_artefacts(seen),
        answered_as=_answered_as(evidence, candidate.name),
        license=checked,
        license_note=_license_note(candidate, checked),
    )


def _address(url: str) -> str:
    """Without what may be a secret: a user's name and word, and what stands after a question mark."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def license_of(evidence: Evidence, name: str) -> LicenseCheck | None:
    """The strictest word that any run's check had: a change of what answers must not make it milder."""
    order = ("allowed", "conditional", "review", "denied")
    found = [i.check for i in evidence.identities if i.candidate == name and i.check]
    rank = {word: place for place, word in enumerate(order)}
    return max(found, key=lambda c: rank.get(c.verdict, len(order)), default=None)


def _license_note(candidate: Candidate, checked: LicenseCheck | None) -> str:
    if candidate.openness == "closed":
        return "a service under its provider's terms, which this report does not judge"
    if checked is None:
        return NOT_CHECKED
    return ""


def _artefacts(seen: list[Identity]) -> tuple[Artefact, ...]:
    found: dict[tuple[object, ...], Artefact] = {}
    for i in seen:
        key = (i.server, i.models, i.digest, i.quantization, i.license_sha256)
        found.setdefault(key, _artefact(i))
    return tuple(found.values())


def _artefact(i: Identity) -> Artefact:
    return Artefact(
        server=i.server,
        models=i.models,
        digest=i.digest,
        quantization=i.quantization,
        parameters=i.parameters,
        family=i.family,
        license_name=i.license_name,
        license_sha256=i.license_sha256,
        first_seen=i.at,
        notes=i.notes,
    )


def _answered_as(evidence: Evidence, name: str) -> tuple[str, ...]:
    """Model names with fingerprints as the answers carried them, in order of first appearance."""
    answers = (a for p in evidence.ids for a in evidence.answers(name, p))
    said = (" ".join(part for part in (a.model, a.fingerprint) if part) for a in answers)
    return tuple(dict.fromkeys(s for s in said if s))
