"""The view model of the procurement report: what every format shows, as plain frozen values.

Renderers decide how it looks, and nothing else. Every cell is a fact at a commit, a claim with its source, or blank.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

from weightlaw.domain.findings import Knowledge

SCHEMA: Literal["weightlaw.report/1"] = "weightlaw.report/1"
Kind = Literal["fact", "claim", "blank"]
Mode = Literal["must", "must not", "if"]
UNKNOWN = "not known"
SIGNATURES = ("Procurement", "Counsel", "Engineering", "Budget owner")
"""Whose word the report is for."""


class Cell(Struct, frozen=True, kw_only=True):
    """One statement: a fact (read at a commit or a text of known hash), a claim of somebody, or blank."""

    text: str = ""
    kind: Kind = "blank"
    source: str = ""
    """Who says so, and where; for a blank, who would have to say it."""
    date: str = ""
    """UTC date of the source."""

    @property
    def shown(self) -> str:
        """What stands in the cell, visibly blank where nothing is known."""
        return self.text or UNKNOWN


class Field(Struct, frozen=True, kw_only=True):
    """A named cell."""

    name: str
    cell: Cell


class Decision(Struct, frozen=True, kw_only=True):
    """The answer for one model, or for several that share all of it."""

    verdict: str
    models: tuple[str, ...]
    license: str
    clause: str
    """The clause that decides, licence and section; what grants the use where nothing bars it."""
    reason: str
    largest: str
    """The largest deployment that the licence and the policy allow."""
    duties: int
    next_step: str
    instead: str = ""
    """The best model that may be deployed in its place, for denied ones with a figure."""
    proof: int = 0
    """Number of the evidence that it rests on; 0: none."""


class Task(Struct, frozen=True, kw_only=True):
    """Something that somebody must do or decide."""

    what: str
    why: str
    models: tuple[str, ...]
    role: str
    """Who usually answers such a question; the person is for the organization to name."""
    name: str = ""
    """Blank where nobody said who."""
    by: str = ""
    """UTC day or month; blank where nobody said when."""


class Obligation(Struct, frozen=True, kw_only=True):
    """A duty in this deployment."""

    mode: Mode
    text: str
    condition: str = ""
    display: str = ""
    """The exact words to show."""
    license: str
    section: str
    models: tuple[str, ...]
    kept: str = ""
    """Where it is recorded as fulfilled."""
    only_if_licensed: bool = False
    """The models are denied: it would hold if a licence of one's own were obtained."""


class Point(Struct, frozen=True, kw_only=True):
    """A place on an axis, 0 to 1000 from left to right, with its label."""

    label: str
    at: int


class Limit(Struct, frozen=True, kw_only=True):
    """One threshold of one licence, drawn against the expected size."""

    license: str
    section: str
    limit: str
    measured: str
    above: str
    """What follows above it."""
    state: str
    here: str
    """The size it was held against, in words."""
    bars: bool
    """Whether rights end above it, and not only a display becomes due."""
    at: int
    models: tuple[str, ...]
    passed: str = ""
    """Month in which the forecast passes it."""
    assumption: str = ""


class Axis(Struct, frozen=True, kw_only=True):
    """The thresholds of one metric on one logarithmic axis, with the expected sizes."""

    metric: str
    ticks: tuple[Point, ...]
    sizes: tuple[Point, ...]
    """The expected size today, then the forecast; empty: nobody said."""
    limits: tuple[Limit, ...]
    summary: str
    """The chart in words."""


class Node(Struct, frozen=True, kw_only=True):
    """A model in a lineage, with what it was made from."""

    id: str
    relation: str = ""
    said_by: str = ""
    license: str = ""
    bases: tuple["Node", ...] = ()


class TermColumn(Struct, frozen=True, kw_only=True):
    """One licence's terms, in the order of `Report.term_names`."""

    id: str
    name: str
    models: tuple[str, ...]
    cells: tuple[Cell, ...]


class Dispute(Struct, frozen=True, kw_only=True):
    """A reading that two lawyers could dispute."""

    license: str
    section: str
    readings: tuple[str, ...]
    applied: str


class Score(Struct, frozen=True, kw_only=True):
    """A model's figure on one board, with its interval and what may be said against the best one here."""

    model: str
    figure: str
    effort: str
    date: str
    against: str
    source: str
    weights: str = ""
    """What was run, where it is known or doubtful that it is what would be deployed."""
    low: int | None = None
    """Ends of the interval and the figure on an axis of 0 to 1000."""
    high: int | None = None
    at: int = 0


class Scoreboard(Struct, frozen=True, kw_only=True):
    """The figures of one series for the models of this report."""

    benchmark: str
    unit: str
    method: str
    publisher: str
    kind: str
    interval: str
    date: str
    low: str
    """Labels of the axis's ends."""
    high: str
    rows: tuple[Score, ...]
    missing: tuple[str, ...]
    """Models of the report without a figure here."""
    context: tuple[str, ...] = ()
    """The best open and the best closed model of the whole board."""


class Swap(Struct, frozen=True, kw_only=True):
    """For a denied model: the best one that may be deployed, and what the change means in ability."""

    model: str
    instead: str
    verdict: str
    duties: int
    level: str
    difference: str
    benchmark: str
    date: str


class TrialCandidate(Struct, frozen=True, kw_only=True):
    """One candidate of the organization's own trial."""

    name: str
    openness: str
    model: str
    ran: str
    """What really answered: artefact, digest, quantization, server; empty: not known."""
    verdict: str
    """Of its licence, for an open one; empty: none was given."""
    license: str
    retried: str
    """Prompts with a failed attempt, with a 95% interval."""
    retries: str
    seconds: str
    thousand: str
    """Cost of 1,000 requests."""
    month: str


class OwnTrial(Struct, frozen=True, kw_only=True):
    """The organization's own blind trial of an open and a closed model, in short; no prompt and no answer is in it."""

    name: str
    date: str
    """UTC day on which the prompts were frozen."""
    decision: str
    beside: tuple[str, ...]
    """What must be read beside it."""
    first: str
    second: str
    prompts: int
    judged: int
    won: str
    share: str
    """Of non-tied prompts that the first won, with a 95% interval; empty: none."""
    exact: str
    margin: str
    could: str
    """The smallest gap that so many prompts would have shown."""
    low: int | None
    """Ends of the interval, the share and the margin's bound on an axis of 0 to 1000."""
    high: int | None
    at: int
    bound: int | None
    candidates: tuple[TrialCandidate, ...]
    missing: tuple[str, ...]
    prompts_sha256: str
    tags: tuple[str, ...]


class Offer(Struct, frozen=True, kw_only=True):
    """List prices of a model at one provider, USD a million tokens."""

    model: str
    provider: str
    input: str
    output: str
    context: str
    source: str
    date: str


class Gap(Struct, frozen=True, kw_only=True):
    """Something that is not known, and who would know."""

    what: str
    why: str
    models: tuple[str, ...]
    role: str
    name: str = ""
    how: str = ""


class Exemption(Struct, frozen=True, kw_only=True):
    """A waiver that holds: the finding it lifts and who answers for it."""

    model: str
    rule: str
    message: str
    reason: str
    approver: str
    reference: str
    expires: str
    source: str


class Proof(Struct, frozen=True, kw_only=True):
    """What a finding or a licence's terms rest on."""

    number: int
    license: str
    section: str
    says: str
    """The term in our own words."""
    quote: str
    """The text's own words, where the text was at hand."""
    place: str
    """Offsets in characters of the shipped text."""
    source: str
    commit: str
    date: str
    sha256: str
    models: tuple[str, ...]
    rules: tuple[str, ...] = ()


class ModelSheet(Struct, frozen=True, kw_only=True):
    """One model: what is known of it, cell by cell, in the order of `Report.sheet_names`."""

    model: str
    reference: str
    verdict: str
    cells: tuple[Cell, ...]
    sources: tuple[str, ...] = ()
    """The sources of the cells, each once: where space is short, a cell gives their number."""
    notes: tuple[str, ...] = ()


def source_of(cell: Cell) -> str:
    """Who says it and when, as `ModelSheet.sources` has it."""
    return ", ".join(part for part in (cell.source, cell.date) if part)


class Attribution(Struct, frozen=True, kw_only=True):
    """A publication whose figures are shown, as its licence asks."""

    text: str
    url: str
    license: str
    date: str


class Report(Struct, frozen=True, kw_only=True):
    """The whole report."""

    schema: Literal["weightlaw.report/1"] = SCHEMA
    title: str
    date: str
    """UTC day of the report: an input, never the clock's."""
    weightlaw: str
    knowledge: Knowledge
    organization: str
    policy: str
    headline: str
    counts: tuple[Point, ...]
    """Verdicts with the number of models (`at`), mild to strict."""
    deployment: tuple[Field, ...]
    assumptions: tuple[str, ...]
    decisions: tuple[Decision, ...]
    tasks: tuple[Task, ...]
    signatures: tuple[str, ...] = SIGNATURES
    obligations: tuple[Obligation, ...]
    axes: tuple[Axis, ...]
    lineages: tuple[Node, ...]
    rootless: tuple[str, ...]
    """Models of which no base is known."""
    term_names: tuple[str, ...]
    terms: tuple[TermColumn, ...]
    disputes: tuple[Dispute, ...]
    scoreboards: tuple[Scoreboard, ...]
    unscored: tuple[str, ...]
    swaps: tuple[Swap, ...]
    trial: OwnTrial | None
    """None: no trial was given."""
    offers: tuple[Offer, ...]
    unpriced: tuple[str, ...]
    gaps: tuple[Gap, ...]
    questions: tuple[Field, ...]
    """What only people can answer; the answers are blank."""
    exemptions: tuple[Exemption, ...]
    sheet_names: tuple[str, ...]
    sheets: tuple[ModelSheet, ...]
    proofs: tuple[Proof, ...]
    attributions: tuple[Attribution, ...]
