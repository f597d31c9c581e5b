"""Laws of the lock: what is written is read alike, whatever it holds; what is no lock is an error, whatever it is."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.invented import DEPLOYMENTS, TERMS, entry_with
from weightlaw import plainyaml
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import Evidence
from weightlaw.domain.models import Base, ModelFacts, TextFile
from weightlaw.domain.terms import Terms
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import WeightlawError
from weightlaw.lineage.binding import Binding, Gap, Subject
from weightlaw.lockfile import values as v
from weightlaw.lockfile.answering import check_locked
from weightlaw.lockfile.drift import Entry, changes
from weightlaw.lockfile.locking import Seen, clean
from weightlaw.lockfile.making import entry_of
from weightlaw.lockfile.reading import parse_lock
from weightlaw.lockfile.writing import render
from weightlaw.lockfile.yamltext import emit
from weightlaw.policy.about import About, Maker
from weightlaw.policy.house import House
from weightlaw.policy.judging import judge

WORDS = st.text(max_size=12) | st.sampled_from(
    [
        "NO",
        "yes",
        "1e5",
        "1.5e3",
        "0x1f",
        "2026-11-24",
        "null",
        "~",
        "- a",
        "a: b",
        "a #b",
        " a",
        "a ",
        "\ud800",
    ]
)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.dictionaries(
    WORDS,
    st.recursive(
        st.none() | st.booleans() | NUMBERS | WORDS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)
SHA = st.text("0123456789abcdef", min_size=64, max_size=64)
GAPS = st.builds(
    Gap,
    kind=st.sampled_from(["no-license", "contradiction", "unread-clause"]),
    text=WORDS,
    remedy=WORDS,
    evidence=st.lists(
        st.builds(Evidence, license=WORDS, quote=WORDS, start=st.none() | st.just(3)), max_size=1
    ).map(tuple),
)
FILES = st.builds(TextFile, path=WORDS, text=st.just(""), sha256=SHA)


def refusal(content: bytes) -> str:
    """Why these bytes are no lock; empty where they are one."""
    try:
        parse_lock(content, "x")
    except WeightlawError as error:
        return str(error)
    return ""


def plain(value: Any) -> Any:
    """Half characters as they come back: no file can hold them."""
    if isinstance(value, dict):
        return {plain(k): plain(x) for k, x in value.items()}
    if isinstance(value, list):
        return [plain(x) for x in value]
    if isinstance(value, str):
        return "".join(
            "\N{REPLACEMENT CHARACTER}" if 0xD800 <= ord(c) < 0xE000 else c for c in value
        )
    return value


@given(DATA)
@settings(max_examples=400)
def test_data_round_trip(data: dict[str, Any]) -> None:
    """Any plain data are read as they were written, values and types."""
    wanted = plain(data)
    found = plainyaml.parse(emit(data), "x").data if data else {}
    if len(wanted) == len(data):
        assert found == wanted
        assert repr(found) == repr(wanted)


@st.composite
def entries(
    draw: st.DrawFn, number: int = 0
) -> tuple[v.LockedModel, dict[str, v.LockedLicense], Subject]:
    """An invented model with its entry; the terms are the licences' own, or read in a text."""
    terms: list[Terms] = draw(st.lists(TERMS, max_size=2))
    file = draw(st.none() | FILES)
    bindings = tuple(
        Binding(
            entry=entry_with(draw(st.just(t) | TERMS), 10 * number + i),
            terms=t,
            declared=draw(st.none() | WORDS),
            file=file,
        )
        for i, t in enumerate(terms)
    )
    base = Base(id="org/base", relation="finetune", source="card")
    subject = Subject(
        id=f"org/model{number}",
        bindings=bindings,
        gaps=draw(st.lists(GAPS, max_size=2).map(tuple)),
        bases=(base,),
        modalities=draw(st.sampled_from([(), ("text", "image")])),
        notes=draw(st.lists(WORDS, max_size=2).map(tuple)),
    )
    facts = ModelFacts(id=subject.id, source="hub", texts=(file,) if file else (), bases=(base,))
    seen = Seen(
        reference=subject.id,
        family=None,
        facts=facts,
        subject=subject,
        about=About(makers=(Maker(subject.id),)),
        ancestors={"org/base": None},
        concluded={},
    )
    entry = entry_of(seen, Deployment(), House())
    return entry.model, entry.licenses, subject


@st.composite
def locks(draw: st.DrawFn) -> tuple[v.Lock, list[Subject]]:
    """A lock of one or two invented models in an invented deployment."""
    found = [draw(entries(number)) for number in range(draw(st.integers(1, 2)))]
    licenses = {k: x for _, some, _ in found for k, x in some.items()}
    lock = v.Lock(
        date="2026-11-24",
        weightlaw="0.1.0",
        knowledge="2026-11-24",
        deployment=v.LockedDeployment(**structs.asdict(draw(DEPLOYMENTS))),
        models=tuple(m for m, _, _ in found),
        licenses=dict(sorted(licenses.items())),
    )
    return lock, [s for _, _, s in found]


@given(locks())
@settings(max_examples=150, deadline=None)
def test_lock_round_trip(made: tuple[v.Lock, list[Subject]]) -> None:
    """A lock is read as it was written, unedited, and moves nothing against itself."""
    lock, _ = made
    text = render(lock)
    opened = parse_lock(text.encode(), "x")
    assert opened.edits == ()
    assert render(opened.lock) == text
    for model, again in zip(lock.models, opened.lock.models, strict=True):
        old, new = (
            Entry(model=model, licenses=lock.licenses),
            Entry(model=again, licenses=opened.lock.licenses),
        )
        assert changes(old, new) == ()


@given(locks(), DEPLOYMENTS)
@settings(max_examples=150, deadline=None)
def test_the_lock_answers_as_the_model_itself(
    made: tuple[v.Lock, list[Subject]], other: Deployment
) -> None:
    """In any deployment the verdict from the lock is the model's own."""
    lock, subjects = made
    opened = parse_lock(render(lock).encode(), "x")
    report = check_locked([], opened, structs.replace(other, name="said"))
    for result, subject in zip(report.models, subjects, strict=True):
        assert result.verdict is judge(subject, other).verdict


@given(locks(), st.data())
@settings(max_examples=150, deadline=None)
def test_an_edited_lock_never_allows(
    made: tuple[v.Lock, list[Subject]], data: st.DataObject
) -> None:
    """One line changed or taken out: an error, or an answer that a person must look at."""
    lines = render(made[0]).splitlines()
    place = data.draw(st.integers(3, len(lines) - 1))
    key, colon, _ = lines[place].partition(": ")
    new = data.draw(st.sampled_from([[], [f"{key}{colon}1"], [f"{key}{colon}none"]]))
    changed = "\n".join([*lines[:place], *new, *lines[place + 1 :]]) + "\n"
    try:
        opened = parse_lock(changed.encode(), "x")
    except WeightlawError:
        return
    if plainyaml.parse(changed, "x").data == plainyaml.parse("\n".join(lines), "x").data:
        return
    assert opened.edits
    for result in check_locked([], opened).models:
        assert result.verdict in (Verdict.REVIEW, Verdict.DENIED)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=300)
def test_arbitrary_bytes(content: bytes) -> None:
    """Whatever a file holds, it is a lock or an error of weightlaw's own."""
    for data in (
        content,
        b"lock: 1\n" + content,
        b"lock: 1\n" + content + b"\nchecksum: sha256:" + b"0" * 64,
    ):
        assert len(refusal(data)) < 20_000


@given(DATA)
@settings(max_examples=120)
def test_arbitrary_yaml(data: dict[str, Any]) -> None:
    """The same of well-formed files that hold anything in the places of a lock."""
    text = emit(
        {
            "lock": 1,
            "models": [data],
            "licenses": {"x": data},
            **data,
            "checksum": f"sha256:{'0' * 64}",
        }
    )
    assert all(line.isprintable() for line in refusal(text.encode()).splitlines())


def test_half_characters_are_replaced() -> None:
    """A server may send half a character; the lock holds the sign for one."""
    model = v.LockedModel(reference="a\ud800", model="m", verdict=Verdict.REVIEW)
    assert clean(model).reference == "a?"
