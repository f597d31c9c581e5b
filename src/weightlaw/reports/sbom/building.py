"""From the dossier of some models to the one view that all formats render."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import msgspec
from msgspec import Struct, structs

from weightlaw.catalog.store import Catalog
from weightlaw.domain.findings import DataSet
from weightlaw.domain.models import Base, ModelFacts, TextFile
from weightlaw.reports.sbom.dossier import Ancestor, Dossier, Entry
from weightlaw.reports.sbom.licensing import Concluded, Register
from weightlaw.reports.sbom.notes import deployment_text, notes_of
from weightlaw.reports.sbom.plaintext import safe, safe_strings, slug, web_address
from weightlaw.reports.sbom.restrictions import restrictions
from weightlaw.reports.sbom.shipped import shipped_bytes
from weightlaw.reports.sbom.view import Bill, Data, Edge, Node, Note, Text

HUB = "https://huggingface.co"
_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_SEVERAL = (
    " The card declares several licences without saying how they belong together: all are applied."
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


def build(
    dossier: Dossier, catalog: Catalog, *, date: str | None = None, facts_only: bool = False
) -> Bill:
    """The view. `date` is the UTC day that the document states; else that of its newest fact.

    `facts_only` leaves out what is the organization's own: deployment, verdicts, findings, duties.
    """
    building = _Building(catalog, facts_only)
    for entry in dossier.entries:
        building.entry(entry)
    report = dossier.report
    bill = Bill(
        created=f"{date or _newest(dossier)}T00:00:00Z",
        weightlaw=report.version,
        knowledge=report.knowledge.date,
        name=_name(building.nodes.values()),
        remarks=() if facts_only else tuple(_remarks(dossier)),
        nodes=tuple(building.nodes.values()),
        data=tuple(building.data.values()),
        licenses=building.register.all(),
    )
    bill = safe_strings(bill)
    content = msgspec.json.encode(bill, order="deterministic")
    return structs.replace(bill, digest=hashlib.sha256(content).hexdigest())


def _newest(dossier: Dossier) -> str:
    """The day of the newest fact: the same inputs then give the same bytes on any day."""
    days = [dossier.report.knowledge.date, *(e.result.as_of for e in dossier.entries)]
    days += [a.facts.as_of for e in dossier.entries for a in e.ancestors if a.facts]
    return max((day for day in days if _DAY.match(day)), default="1970-01-01")


def _name(nodes: Iterable[Node]) -> str:
    asked = [node.id for node in nodes if node.asked_as]
    more = f" and {len(asked) - 1} more" if len(asked) > 1 else ""
    return f"Models: {safe(asked[0], 200) if asked else 'none'}{more}"


def _remarks(dossier: Dossier) -> Iterator[str]:
    report = dossier.report
    yield deployment_text(report.deployment)
    yield f"Verdict for all models together: {report.verdict.value}."
    if report.assumptions:
        yield f"Assumed: {'; '.join(report.assumptions)}."
    yield "Not legal advice."


class _At(Struct, frozen=True):
    """Where a model is published."""

    purl: str = ""
    page: str = ""
    download: str = ""
    files: str = ""
    """The address below which its files are, at the revision."""


class _Building:
    """Collects each model, data set and licence once."""

    def __init__(self, catalog: Catalog, facts_only: bool) -> None:
        self.catalog = catalog
        self.register = Register(catalog)
        self.facts_only = facts_only
        self.nodes: dict[str, Node] = {}
        self.data: dict[str, Data] = {}

    def entry(self, entry: Entry) -> None:
        """One answer, with all models that it was made from."""
        keys = _keys(entry)
        for ancestor in entry.ancestors:
            node = self._ancestor(ancestor, keys)
            self.nodes.setdefault(node.key, node)
        node = self._asked(entry, keys)
        held = self.nodes.get(node.key)
        self.nodes[node.key] = _joined(held, node) if held and held.asked_as else node

    def _ancestor(self, ancestor: Ancestor, keys: dict[str, str]) -> Node:
        if ancestor.facts is None:
            note = Note(kind="source", text="No source at hand knows this model.")
            return _nameless(ancestor.id, (note,))
        concluded = self.register.concluded(ancestor.bindings, ancestor.gaps)
        return self._node(ancestor.facts, concluded, keys)

    def _asked(self, entry: Entry, keys: dict[str, str]) -> Node:
        result = entry.result
        answer = () if self.facts_only else tuple(notes_of(result))
        if entry.facts is None or entry.subject is None:
            node = _nameless(result.model, (*answer, *_plain(result.notes)))
            return structs.replace(node, asked_as=(result.reference,), verdict=self._verdict(entry))
        concluded = self.register.concluded(entry.subject.bindings, entry.subject.gaps)
        node = self._node(entry.facts, concluded, keys)
        limits = (note for b in entry.subject.bindings for note in restrictions(b))
        more = entry.subject.notes if self.facts_only else result.notes
        notes = (*answer, *limits, *node.notes, *_plain(more))
        return structs.replace(
            node,
            asked_as=(result.reference,),
            verdict=self._verdict(entry),
            notes=tuple(dict.fromkeys(notes)),
            quantization=entry.subject.quantization,
            ancestors=tuple(k for k in dict.fromkeys(keys.values()) if k != node.key),
            datasets=tuple(self._data(d) for d in entry.subject.datasets),
        )

    def _verdict(self, entry: Entry) -> str:
        return "" if self.facts_only else entry.result.verdict.value

    def _node(self, facts: ModelFacts, concluded: Concluded, keys: dict[str, str]) -> Node:
        known = self.catalog.model(facts.id)
        at = _published(facts)
        group, _, name = facts.id.rpartition("/") if at.page else ("", "", facts.id)
        released = known.released if known else ""
        edges = tuple(_edge(base, keys) for base in facts.bases)
        declared = self.register.declared(facts.declared)
        return Node(
            key=_key(facts.id, facts.revision),
            id=facts.id,
            group=group,
            name=name,
            revision=facts.revision or "",
            released=released if _DAY.match(released) else "",
            purl=at.purl,
            page=at.page,
            download=at.download,
            declared=declared,
            concluded=concluded.ids,
            license_comment=concluded.comment + (_SEVERAL if len(declared) > 1 else ""),
            texts=tuple(_text(file, facts, at, concluded) for file in facts.texts),
            architectures=_listed(facts.config.get("architectures", "")),
            architecture_family=facts.config.get("model_type", ""),
            modalities=facts.modalities,
            parameters=facts.config.get("parameters", known.parameters if known else ""),
            notes=tuple(_origin(facts, edges)),
            bases=edges,
        )

    def _data(self, dataset: DataSet) -> str:
        on_hub = bool(_HUB_ID.match(dataset.id))
        key = f"data-{_key(dataset.id, None)}"
        entry = self.catalog.license(dataset.license) if dataset.license else None
        self.data.setdefault(
            key,
            Data(
                key=key,
                id=dataset.id,
                license=self.register.entry(entry) if entry else "",
                license_comment=f"Said by: {dataset.source}." if dataset.source else "",
                page=f"{HUB}/datasets/{dataset.id}" if on_hub else "",
            ),
        )
        return key


def _keys(entry: Entry) -> dict[str, str]:
    """The key of the model and of each ancestor by the names under which they are met."""
    keys: dict[str, str] = {}
    for ancestor in entry.ancestors:
        facts = ancestor.facts
        key = _key(facts.id, facts.revision) if facts else _key(ancestor.id, None)
        keys[ancestor.id.lower()] = key
        if facts:
            keys.setdefault(facts.id.lower(), key)
    if entry.facts:
        keys[entry.facts.id.lower()] = _key(entry.facts.id, entry.facts.revision)
    return keys


def _key(model_id: str, revision: str | None) -> str:
    """Unique for a model at a revision, whatever its name holds."""
    told = f"{model_id.lower()}\0{revision or ''}"
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{slug(model_id)}-{digest}"


def _edge(base: Base, keys: dict[str, str]) -> Edge:
    key = keys.get(base.id.lower(), "")
    return Edge(base=key, name=base.id, relation=base.relation, said_by=base.source)


def _nameless(model_id: str, notes: tuple[Note, ...]) -> Node:
    """A model of which nothing is known but what it is called."""
    on_hub = bool(_HUB_ID.match(model_id))
    group, _, name = model_id.rpartition("/") if on_hub else ("", "", model_id)
    return Node(
        key=_key(model_id, None),
        id=model_id,
        group=group,
        name=name,
        license_comment="Nothing is known of it here, so no licence is asserted.",
        notes=notes,
    )


def _plain(notes: Iterable[str]) -> Iterator[Note]:
    return (Note(kind="note", text=text) for text in notes)


def _origin(facts: ModelFacts, edges: Iterable[Edge]) -> Iterator[Note]:
    """Where the facts are from, and what the model was made from."""
    date = f", as of {facts.as_of}" if facts.as_of else ""
    revision = f", revision {facts.revision}" if facts.revision else ", no revision known"
    yield Note(kind="source", text=f"Facts from: {facts.source}{date}{revision}.")
    if facts.renamed_from:
        yield Note(kind="source", text=f"Asked for as {facts.renamed_from}.")
    for edge in edges:
        yield Note(kind="lineage", text=f"{edge.words}.")


def _published(facts: ModelFacts) -> _At:
    """Addresses and package URL, for a model that has a repository on a Hub."""
    if facts.source not in ("hub", "catalogue", "lock") or not _HUB_ID.match(facts.id):
        return _At()
    endpoint = web_address(facts.endpoint.rstrip("/")) or HUB
    commit = facts.revision if _COMMIT.match(facts.revision or "") else None
    version = f"@{commit}" if commit else ""
    mirror = "" if endpoint == HUB else f"?repository_url={quote(endpoint, safe='')}"
    page = f"{endpoint}/{facts.id}"
    return _At(
        purl=f"pkg:huggingface/{facts.id}{version}{mirror}",
        page=page,
        download=f"git+{page}{version}",
        files=f"{page}/resolve/{commit}" if commit else "",
    )


def _text(file: TextFile, facts: ModelFacts, at: _At, concluded: Concluded) -> Text:
    data = shipped_bytes(file)
    told = f"{_key(facts.id, facts.revision)}\0{file.path}\0{file.sha256}"
    short = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]
    in_repository = file.origin == "file" and at.files
    url = f"{at.files}/{quote(file.path)}" if in_repository else web_address(file.path)
    return Text(
        key=f"text-{slug(file.path, 40)}-{short}",
        path=file.path,
        sha256=file.sha256,
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest() if data is not None else "",
        url=web_address(url),
        licenses=tuple(i for digest, i in concluded.files if digest == file.sha256),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _joined(first: Node, second: Node) -> Node:
    """The same model asked for in two ways: what is said of either is said of it."""
    from weightlaw.domain.verdict import Verdict, strictest

    verdicts = [Verdict(v) for v in (first.verdict, second.verdict) if v]
    return structs.replace(
        first,
        asked_as=tuple(dict.fromkeys((*first.asked_as, *second.asked_as))),
        verdict=strictest(verdicts).value if verdicts else "",
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
    )
