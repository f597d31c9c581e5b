"""What the report is made from: the judged models, with the facts, licences and makers behind each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from weightlaw.catalog.store import Catalog
from weightlaw.checking import facts_meant
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, ModelResult
from weightlaw.domain.models import ModelFacts
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.lineage.fetching import MAX_FETCHED
from weightlaw.lineage.graph import MAX_ANCESTORS, Lineage
from weightlaw.policy.about import About, about
from weightlaw.policy.forecast import Largest, largest
from weightlaw.policy.house import House
from weightlaw.references.parsing import parse_reference
from weightlaw.references.resolving import resolve
from weightlaw.reports.procurement.cleaning import name
from weightlaw.reports.procurement.view import OwnTrial
from weightlaw.scores.prices import prices_of
from weightlaw.scores.replacing import Instead
from weightlaw.scores.store import Scores
from weightlaw.scores.values import Price
from weightlaw.sources.gathering import Gatherer

FetchBase = Callable[[str], ModelFacts | None]


class Known(Struct, frozen=True, kw_only=True):
    """One model as the sources describe it, with what binds it."""

    reference: str
    facts: ModelFacts
    subject: Subject
    about: About


class Item(Struct, frozen=True, kw_only=True):
    """One model of the report: its answer, and what is known of it (None: no source knows it)."""

    result: ModelResult
    known: Known | None = None

    @property
    def id(self) -> str:
        """The model's name as it is shown."""
        return name(self.result.model)

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The licences and policies that bind it."""
        return self.known.subject.bindings if self.known else ()


def gather(references: Iterable[str], sources: Gatherer) -> tuple[Known, ...]:
    """Everything behind the answers of `check` for the same references; what a live source said is kept by it."""
    catalog = sources.catalog
    limit = MAX_ANCESTORS if sources.hub is None else MAX_FETCHED
    lineage = Lineage(catalog, sources.facts, limit=limit, why=sources.why)
    return tuple(known for text in references for known in _known(text, sources, lineage))


def _known(text: str, sources: Gatherer, lineage: Lineage) -> Iterator[Known]:
    reference = parse_reference(text)
    for facts in facts_meant(resolve(reference, sources.catalog), sources):
        yield Known(
            reference=reference.text,
            facts=facts,
            subject=lineage.assemble(facts),
            about=about(facts, sources.catalog, sources.facts, reference.revision),
        )


class Material:
    """All inputs of one report. Nothing here is fetched or read from a clock: the date is an input."""

    def __init__(
        self,
        report: CheckReport,
        known: Iterable[Known],
        *,
        date: str,
        catalog: Catalog,
        scores: Scores,
        fetch_base: FetchBase,
        house: House = House(),
        instead: Iterable[Instead] = (),
        title: str = "",
        organization: str = "",
        trial: OwnTrial | None = None,
    ) -> None:
        self.report = report
        self.date = date
        self.catalog = catalog
        self.scores = scores
        self.fetch_base = fetch_base
        self.house = house
        self.instead = {item.instead_of: item for item in instead}
        self.title = title
        self.organization = organization
        self.trial = trial
        self._known = {(k.reference, k.subject.id): k for k in known}
        self._largest: dict[object, Largest] = {}
        self._prices: dict[str, tuple[Price, ...]] = {}

    @property
    def deployment(self) -> Deployment:
        """The deployment that was judged."""
        return self.report.deployment

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The models in the order of the references, each once."""
        found: dict[str, Item] = {}
        for result in self.report.models:
            known = self._known.get((result.reference, result.model))
            found.setdefault(result.model, Item(result=result, known=known))
        return tuple(found.values())

    def prices(self, item: Item) -> tuple[Price, ...]:
        """All list prices of a model, cheapest first."""
        if item.id not in self._prices:
            self._prices[item.id] = prices_of(item.result.model, self.scores, self.catalog)
        return self._prices[item.id]

    def largest(self, item: Item) -> Largest | None:
        """How many users the model may serve; None where no source knows the model."""
        if item.known is None:
            return None
        subject = item.known.subject
        key: object = subject.id
        if not self.house.asks_about_models():  # then licences alone decide, as in `check`
            licenses = tuple((b.entry.id, b.role, b.through, b.file) for b in subject.bindings)
            key = (licenses, subject.gaps, subject.modalities)
        if key not in self._largest:
            self._largest[key] = largest(subject, self.deployment, self.house, item.known.about)
        return self._largest[key]


def place(section: str) -> str:
    """`section 2`, or the text's own word where it does not number its parts."""
    return f"section {section}" if section[:1].isdigit() else section


def names(items: Iterable[Item]) -> tuple[str, ...]:
    """The names of models, each once."""
    return tuple(dict.fromkeys(item.id for item in items))
