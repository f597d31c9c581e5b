"""Tests of a policy: cases kept beside it that say which verdict must come out and which rules must speak."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text when it loads a file.
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct, convert, field, structs

from weightlaw import plainyaml, typedyaml
from weightlaw.catalog.store import Catalog
from weightlaw.domain.models import Base, Relation
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import DataError, UsageError
from weightlaw.lineage.binding import Binding, Subject
from weightlaw.policy.about import About, Maker
from weightlaw.policy.extends import Layer, Reach
from weightlaw.policy.judging import Judgement, judge
from weightlaw.policy.policy import Policy
from weightlaw.policy.policyfile import policy_of
from weightlaw.policy.policyyaml import Modality

Find = Callable[[str], list[tuple[Subject, About]]]
"""The models that a reference means, from the embedded knowledge."""


class FactsYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts about the model that the case sets."""

    id: str | None = None
    developer: str | None = None
    country: str | None = None
    gated: Literal["no", "auto", "manual", "yes", "unknown"] | None = None
    commit: str | None = None
    """The reference names this commit."""
    quantization: str | None = None
    as_of: str | None = None
    modalities: tuple[Modality, ...] | None = None
    base: str | None = None
    relation: Relation = "finetune"


class CaseYaml(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case: a model or a licence, a deployment, and what must come out."""

    case: str
    model: str = ""
    license: str = ""
    facts: FactsYaml = FactsYaml()
    deployment: str | None = None
    """One of the policy's deployments."""
    given: dict[str, Any] = field(name="with", default={})
    """`organization` and `deployment` as in a policy, in place of this one's."""
    today: str = "2026-11-24"
    verdict: Verdict
    rules: tuple[str, ...] = ()
    """Rules that must speak: of the house by name, others by id."""
    silent: tuple[str, ...] = ()
    """Rules that must not."""
    waived: tuple[str, ...] = ()
    """Rules whose finding must be waived."""


class CaseResult(Struct, frozen=True, kw_only=True):
    """How one case went; no failures: as it should."""

    case: str
    place: str
    verdict: Verdict | None = None
    failures: tuple[str, ...] = ()


def cases_beside(path: str) -> str | None:
    """`x.tests.yaml` beside `x.yaml`, if it is there."""
    beside = f"{os.path.splitext(path)[0]}.tests.yaml"
    return beside if os.path.isfile(beside) else None


def run(
    layers: list[Layer], tests: Layer, catalog: Catalog, find: Find, reach: Reach
) -> tuple[CaseResult, ...]:
    """Run all cases of a file. Raises DataError where the file or the policy cannot be used."""
    cases = read_cases(tests)
    runner = _Runner(layers, tests, catalog, find, reach)
    return tuple(runner.case(case, index) for index, case in enumerate(cases))


def read_cases(tests: Layer) -> tuple[CaseYaml, ...]:
    """The cases of a file. Raises DataError with all problems."""
    items = tests.document.data
    if not isinstance(items, list) or not items:
        raise DataError(
            [f"{tests.name}:1:1: tests are a list of cases: case, model, verdict, rules"]
        )
    problems = [
        problem
        for index, item in enumerate(items)
        for problem in typedyaml.convert(item, CaseYaml, tests.document, (index,), tests.name)[1]
    ]
    if problems:
        raise DataError(problems)
    return tuple(convert(item, CaseYaml) for item in items)


class _Part(plainyaml.Document):
    """What a case sets, as a policy of its own whose places are in the tests' file."""

    def __init__(self, whole: plainyaml.Document, at: plainyaml.Path, data: Any) -> None:
        super().__init__(data, {})
        self._whole = whole
        self._at = at

    def mark(self, path: plainyaml.Path) -> tuple[int, int]:
        return self._whole.mark((*self._at, *path))


class _Runner:
    """Runs cases of one policy."""

    def __init__(
        self, layers: list[Layer], tests: Layer, catalog: Catalog, find: Find, reach: Reach
    ) -> None:
        self.layers = layers
        self.tests = tests
        self.catalog = catalog
        self.find = find
        self.reach = reach
        self._plain: dict[str, Policy] = {}

    def case(self, case: CaseYaml, index: int) -> CaseResult:
        place = self.tests.place((index,)).rsplit(":", 1)[0]
        try:
            policy = self._policy(case, index)
            judged = [
                judge(subject, policy.named(case.deployment), policy.house, about)
                for subject, about in self._subjects(case)
            ]
        except UsageError as error:
            return CaseResult(case=case.case, place=place, failures=(str(error),))
        worst = max(judged, key=lambda j: j.verdict.rank)
        failures = tuple(_failures(case, worst.verdict, judged))
        return CaseResult(case=case.case, place=place, verdict=worst.verdict, failures=failures)

    def _policy(self, case: CaseYaml, index: int) -> Policy:
        """The policy, with what the case sets laid over it."""
        if not case.given and case.today in self._plain:
            return self._plain[case.today]
        layers = list(self.layers)
        if case.given:
            document = _Part(self.tests.document, (index, "with"), dict(case.given))
            folder = layers[-1].folder
            layers.append(
                Layer(name=self.tests.name, document=document, folder=folder, overlay=True)
            )
        policy = policy_of(layers, self.catalog, case.today, self.reach)
        if not case.given:
            self._plain[case.today] = policy
        return policy

    def _subjects(self, case: CaseYaml) -> list[tuple[Subject, About]]:
        if bool(case.model) == bool(case.license):
            raise UsageError("a case names exactly one of model and license")
        found = self.find(case.model) if case.model else [self._under(case.license)]
        return [_with_facts(subject, about, case.facts) for subject, about in found]

    def _under(self, name: str) -> tuple[Subject, About]:
        """An invented model under a licence, made by a developer who is not known."""
        entry = self.catalog.find_license(name)
        if entry is None:
            raise UsageError(f"{name!r} is no licence that weightlaw knows")
        policies = (self.catalog.license(i) for i in entry.incorporates)
        bindings = [Binding(entry=entry, terms=entry.facts)]
        bindings += [Binding(entry=p, terms=p.facts, role="policy") for p in policies if p]
        subject = Subject(id="example/model", bindings=tuple(bindings), modalities=("text",))
        return subject, About(makers=(Maker(subject.id),))


def _with_facts(subject: Subject, about: About, facts: FactsYaml) -> tuple[Subject, About]:
    given = {
        "id": facts.id,
        "gated": facts.gated,
        "as_of": facts.as_of,
        "modalities": facts.modalities,
        "revision": facts.commit,
        "bases": (Base(id=facts.base, relation=facts.relation),) if facts.base else None,
    }
    subject = structs.replace(subject, **{k: v for k, v in given.items() if v is not None})
    own, *bases = about.makers or (Maker(subject.id),)
    maker = Maker(
        facts.id or own.id, facts.developer or own.developer, facts.country or own.country
    )
    more = (Maker(facts.base),) if facts.base else ()
    about = structs.replace(
        about,
        makers=(maker, *bases, *more),
        quantization=facts.quantization or about.quantization,
        pinned=about.pinned or facts.commit is not None,
    )
    return subject, about


def _failures(case: CaseYaml, verdict: Verdict, judged: Iterable[Judgement]) -> Iterator[str]:
    """Every way in which a case did not come out as it says."""
    findings = [f for j in judged for f in j.findings]
    spoke = {name for f in findings for name in (f.rule, f.house_rule) if name}
    waived = {n for j in judged for w in j.waived for n in (w.finding.rule, w.finding.house_rule)}
    if verdict is not case.verdict:
        told = "; ".join(f"{f.house_rule or f.rule}: {f.message}" for f in findings[:3])
        yield f"the verdict is {verdict.value}, not {case.verdict.value}" + (told and f" ({told})")
    for rule in case.rules:
        if rule not in spoke:
            yield f"{rule} does not speak"
    for rule in case.silent:
        if rule in spoke:
            yield f"{rule} speaks"
    for rule in case.waived:
        if rule not in waived:
            yield f"{rule} is not waived"
