"""The lock as values. Every key that a newer weightlaw may add is refused, never ignored: it could be a restriction."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct, structs

from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import DataSet, Evidence
from weightlaw.domain.licenses import Contested, Dates, Kind, TextRead
from weightlaw.domain.models import Declared, Relation, TextOrigin
from weightlaw.domain.terms import Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.lineage.binding import Gap, Role

VERSION = 1
"""Of the format. It changes when an older weightlaw would read a new lock wrongly."""


class Strict(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of the lock."""


class LockedDeployment(Deployment, frozen=True, forbid_unknown_fields=True):
    """The deployment as it was given. What was not said is left out; everything else is there, assumed or not."""

    def plain(self) -> Deployment:
        """As the rules know it."""
        return Deployment(**structs.asdict(self))


class LockedPolicy(Strict, frozen=True, kw_only=True):
    """The policy file whose rules were held against the models."""

    path: str
    """From the lock's folder."""
    sha256: str


class LockedText(Strict, frozen=True, kw_only=True):
    """A licence, policy or notice text, by its hash. The text itself is not kept."""

    path: str
    sha256: str
    """Of the bytes as shipped."""
    origin: TextOrigin = "file"
    of: str = ""
    """The base that ships it; empty: the model itself."""


class LockedEvidence(Evidence, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a doubt rests on."""


class LockedGap(Gap, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something that was not settled about the licence."""

    evidence: tuple[LockedEvidence, ...] = ()

    def plain(self) -> Gap:
        """As the rules know it."""
        found = tuple(Evidence(**structs.asdict(e)) for e in self.evidence)
        return Gap(**(structs.asdict(self) | {"evidence": found}))


class LockedDataSet(DataSet, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Training data that the card names."""


class LockedLicense(Strict, frozen=True, kw_only=True):
    """A licence with the terms that were applied."""

    id: str
    name: str
    kind: Kind = "license"
    version: str = ""
    steward: str = ""
    url: str = ""
    dates: Dates = Dates()
    osi_approved: bool = False
    text: TextRead | None = None
    """The text that the licence knowledge rests on; None: none was read."""
    incorporates: tuple[str, ...] = ()
    terms: Terms = Terms()
    contested: tuple[Contested, ...] = ()
    checksum: str = ""


class LockedBinding(Strict, frozen=True, kw_only=True):
    """That a licence binds the model, and how that was concluded."""

    license: str
    """Key in `licenses`."""
    role: Role = "license"
    declared: str | None = None
    detected: str | None = None
    reason: str = ""
    through: tuple[str, ...] = ()
    relation: str = ""
    text: LockedText | None = None
    """The shipped text that the terms rest on, if one was at hand."""
    changed: bool = False
    """Whether that text is a changed text of the licence."""


class LockedBase(Strict, frozen=True, kw_only=True):
    """A model that this one, or one of its bases, was made from."""

    id: str
    of: str
    """The model that was made from it."""
    relation: Relation = "unknown"
    said_by: str = ""
    known: bool = True
    """False: no source told anything of it."""
    renamed_to: str = ""
    source: str = ""
    as_of: str = ""
    revision: str | None = None
    licenses: tuple[str, ...] = ()
    """Ids of the licences concluded for it alone."""


class LockedMaker(Strict, frozen=True, kw_only=True):
    """Who made the model or one of its bases, as far as the catalogue knew."""

    id: str
    developer: str | None = None
    country: str | None = None


class LockedModel(Strict, frozen=True, kw_only=True):
    """One model that a reference meant."""

    reference: str
    """As it was written."""
    model: str
    family: str | None = None
    source: str = ""
    as_of: str = ""
    """UTC date of the facts."""
    revision: str | None = None
    endpoint: str = ""
    renamed_from: str = ""
    gated: str = "unknown"
    modalities: tuple[str, ...] = ()
    declared: Declared = Declared()
    verdict: Verdict
    """In the lock's deployment, when it was written."""
    findings: tuple[str, ...] = ()
    """The rules that spoke against it."""
    licenses: tuple[LockedBinding, ...] = ()
    bases: tuple[LockedBase, ...] = ()
    texts: tuple[LockedText, ...] = ()
    gaps: tuple[LockedGap, ...] = ()
    quantization: str = ""
    losses: tuple[str, ...] = ()
    datasets: tuple[LockedDataSet, ...] = ()
    makers: tuple[LockedMaker, ...] = ()
    weights: str | None = None
    """The quantization as rules of the house ask for it; `full` for full precision; None: nothing says."""
    notes: tuple[str, ...] = ()
    checksum: str = ""


class Lock(Strict, frozen=True, kw_only=True):
    """A whole lock."""

    lock: Literal[1] = 1
    date: str
    """UTC day on which it was written."""
    weightlaw: str
    """The version that wrote it."""
    knowledge: str
    """UTC day of the embedded knowledge that it rests on."""
    policy: LockedPolicy | None = None
    deployment: LockedDeployment = LockedDeployment()
    models: tuple[LockedModel, ...]
    licenses: dict[str, LockedLicense] = {}


class Opened(Struct, frozen=True, kw_only=True):
    """A lock as it was found in a file."""

    lock: Lock
    name: str
    edits: tuple[str, ...] = ()
    """What was changed by hand since weightlaw wrote it, as far as that can be told; empty: nothing."""
