"""The one view of models that all SBOM formats render. Every text in it is safe to print."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NoteKind = Literal[
    "verdict",
    "finding",
    "waived",
    "duty",
    "kept",
    "unknown",
    "restriction",
    "source",
    "lineage",
    "note",
]


class Note(Struct, frozen=True, kw_only=True):
    """A sentence about a model, for annotations and properties."""

    kind: NoteKind
    text: str
    remedy: str = ""
    ethical: bool = False
    """A restriction on what the model may be used for, as against on who may use it and how."""

    @property
    def whole(self) -> str:
        """The sentence with what to do about it."""
        return f"{self.text} Do: {self.remedy}" if self.remedy else self.text


class Text(Struct, frozen=True, kw_only=True):
    """A licence, policy or notice text that a model ships, by its hashes. The text itself is not here."""

    key: str
    path: str
    sha256: str
    sha1: str = ""
    """Empty where the bytes as shipped are not at hand any more."""
    url: str = ""
    """Where it can be fetched at that revision."""
    licenses: tuple[str, ...] = ()
    """Ids of the licences that it was found to be."""


class Licence(Struct, frozen=True, kw_only=True):
    """A licence or policy that an expression names."""

    id: str
    name: str
    listed: bool = False
    """Whether the id is on the SPDX list."""
    url: str = ""
    comment: str = ""
    """For one without an SPDX id: where its text is from, in place of the text."""


class Edge(Struct, frozen=True, kw_only=True):
    """That a model was made from another."""

    base: str
    """Key of the other."""
    name: str
    relation: str
    said_by: str = ""

    @property
    def words(self) -> str:
        """`finetune of org/model (said by card)`."""
        said = f" (said by {self.said_by})" if self.said_by else ""
        how = "made from" if self.relation == "unknown" else f"{self.relation} of"
        return f"{how} {self.name}{said}"


class Node(Struct, frozen=True, kw_only=True):
    """A model: one that was asked for, or one that it was made from."""

    key: str
    """Unique in the document; letters, digits, dots and hyphens."""
    id: str
    asked_as: tuple[str, ...] = ()
    """The references that mean it; empty for an ancestor."""
    group: str = ""
    name: str = ""
    revision: str = ""
    released: str = ""
    """ISO date, where it is known to the day."""
    purl: str = ""
    page: str = ""
    download: str = ""
    declared: tuple[str, ...] = ()
    """Ids of the licences that its maker declares; empty: not known."""
    concluded: tuple[str, ...] = ()
    """Ids of the licences that are held to apply together; empty: nothing can be asserted."""
    license_comment: str = ""
    texts: tuple[Text, ...] = ()
    architectures: tuple[str, ...] = ()
    architecture_family: str = ""
    modalities: tuple[str, ...] = ()
    parameters: str = ""
    quantization: str = ""
    verdict: str = ""
    notes: tuple[Note, ...] = ()
    bases: tuple[Edge, ...] = ()
    ancestors: tuple[str, ...] = ()
    """Keys of all ancestors, the nearest first."""
    datasets: tuple[str, ...] = ()
    """Keys of the training data that its card names."""

    def of(self, *kinds: NoteKind) -> list[Note]:
        """The notes of some kinds, in their order."""
        return [note for note in self.notes if note.kind in kinds]


class Data(Struct, frozen=True, kw_only=True):
    """Training data that a card names. It is listed, not judged."""

    key: str
    id: str
    license: str = ""
    """Id of the licence, if it is one that is known."""
    license_comment: str = ""
    page: str = ""
    purl: str = ""


class Bill(Struct, frozen=True, kw_only=True):
    """All of one document."""

    created: str
    """ISO time in UTC, to the second."""
    weightlaw: str
    knowledge: str
    name: str
    remarks: tuple[str, ...] = ()
    """On the document as a whole: the deployment that was judged, what was assumed."""
    nodes: tuple[Node, ...]
    data: tuple[Data, ...] = ()
    licenses: tuple[Licence, ...] = ()
    digest: str = ""
    """SHA-256 of everything above: document ids are derived from it."""

    @property
    def asked(self) -> list[Node]:
        """The models that were asked for."""
        return [node for node in self.nodes if node.asked_as]


def expression(ids: tuple[str, ...]) -> str:
    """The SPDX expression for licences that apply together; empty for none."""
    return " AND ".join(ids)
