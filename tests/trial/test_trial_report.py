"""The report as text, JSON and HTML, and the command: what must be in it, what must never be, and the exit codes."""

from __future__ import annotations

import argparse
import json
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from msgspec import structs

from tests.reports.test_procurement_html import DESKTOP, PHONE, _violations, needs_axe
from tests.trial.synthetic import (
    CLOSED,
    OPEN,
    THIRD,
    answer,
    answer_all,
    decided,
    identify,
    judge,
    new_trial,
    vote,
)
from weightlaw.cli import trial_report
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.trial.building import MAX_TEXT, build
from weightlaw.trial.documents import html, text
from weightlaw.trial.documents import json as json_document
from weightlaw.trial.results import Results
from weightlaw.trial.store import Store
from weightlaw.trial.values import Failure, Identity

HOSTILE = "</title><script>alert(1)</script>\x1b[31m\u202e{{ 7*7 }}<img src=x onerror=alert(2)>"


def run(*argv: str) -> int:
    """The actions as `weightlaw trial` calls them."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    trial_report.add(parser.add_subparsers(dest="action", required=True))
    args = parser.parse_args(argv)
    code: int = args.do(args)
    return code


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Twenty prompts in two tags, with failures, judged by one person 15 to 5."""
    path = tmp_path / "support.trial"
    store = new_trial(path, [("easy",), ("hard", "tools")] * 10)
    identify(store)
    for number, p in enumerate(store.plan.prompts.prompts):
        failures: list[Failure] = ["schema-failure"] if number % 4 == 0 else []
        answer(store, p.id, "qwen", *failures, text=f"private answer {number}")
        answer(store, p.id, "gpt", text=f"private answer {number}")
    judge(store, decided(15, 5))
    store.close()
    return path


def test_text_says_the_decision_first(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Decision, licence, then the figures; 80 columns; no private text."""
    assert run("report", str(trial)) == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    assert lines[0] == "Trial support, 20 prompts"
    flat = " ".join(told.split())
    assert flat.index("is preferred to the closed model") < flat.index(
        "Licence of qwen: conditional"
    )
    for part in (
        "95% interval 53.1% to 88.8%",
        "50.9% to 91.3%",
        "p = 0.041",
        "239 Elo",
        "quantization Q4_K_M",
        "ollama 0.9.1",
        "sha256:" + "cd" * 32,
        "ab" * 32,
        "5 of 20, 25.0%",
        "schema-failure (model)",
        "1,530, from 1,561 on",
        "margin 0.1",
        "seed 7",
    ):
        assert part in flat, part
    assert "private" not in told
    assert "secret" not in told
    assert all(len(line) <= 80 for line in lines if "sha256" not in line)


def test_gap_says_how_many_prompts(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--gap 30: both numbers, as the method's table has them."""
    assert run("report", str(trial), "--gap", "30") == 0
    flat = " ".join(capsys.readouterr().out.split())
    assert "a gap of 30 Elo (a share of 54.3%): 1,061, from 1,088 on for good" in flat


@pytest.mark.parametrize("gap", ["0", "-3", "1e9", "nan"])
def test_gap_out_of_range(trial: Path, gap: str) -> None:
    """One sentence."""
    with pytest.raises(UsageError, match="choose one from"):
        run("report", str(trial), f"--gap={gap}")


def test_json_holds_to_its_schema(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every key is always there, also with nothing run and with three candidates."""
    assert run("report", str(trial), "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, json_document.json_schema())
    assert told["schema"] == "weightlaw.trial-report/1"
    assert told["decision"]["word"] == "the open model is preferred"
    assert told["prompts_sha256"] == "ab" * 32
    assert told["texts"] == []
    assert "private" not in json.dumps(told)


def test_schema_of_other_trials(tmp_path: Path) -> None:
    """A trial of which nothing is known, and one with everything."""
    schema = json_document.json_schema()
    empty = new_trial(tmp_path / "empty.trial", [()] * 3)
    jsonschema.validate(json.loads(json_document.render(build(empty))), schema)
    full = new_trial(tmp_path / "full.trial", [("a",)] * 8, (OPEN, CLOSED, THIRD))
    answer_all(full)
    for pair in (("qwen", "gpt"), ("qwen", "glm"), ("glm", "gpt")):
        judge(full, [pair[0]] * 5 + [pair[1]] * 3, pair)
        judge(full, [pair[0]] * 4 + [pair[1]] * 4, pair, rater="bob")
    vote(full, "p000", "qwen", rater="m", kind="model")
    results = build(full, texts=True)
    written = json_document.render(results)
    jsonschema.validate(json.loads(written), schema)
    assert json_document.read(written.encode(), "x.json") == results


def test_json_of_something_else() -> None:
    """Not a report of a trial: one sentence with the file's name."""
    with pytest.raises(UsageError, match=r"x\.json is no report of a trial"):
        json_document.read(b'{"schema": "weightlaw.check/1"}', "x.json")


class _Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


def test_html_is_whole_by_itself(trial: Path, tmp_path: Path) -> None:
    """Nothing is fetched, nothing runs; every drawing has a text, every part a name."""
    target = tmp_path / "trial.html"
    assert run("report", str(trial), "--format", "html", "-o", str(target)) == 0
    raw = target.read_text()
    page = _Page(raw)
    names = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(names)
    assert not [a for _, a in page.tags if "src" in a or any(k.startswith("on") for k in a)]
    assert all(str(a["href"]).startswith("#") for t, a in page.tags if t == "a")
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"] for t, a in page.tags if t == "a"} <= {f"#{i}" for i in ids}
    for tag, attributes in page.tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")
        if tag in ("section", "figure"):
            assert attributes.get("aria-labelledby") in ids or attributes.get("aria-label")
    assert "url(" not in raw
    assert "@import" not in raw
    told = " ".join(" ".join(page.text).split())
    for part in ("53.1% to 88.8%", "conditional", "Q4_K_M", "1,530", "30 to 40% more"):
        assert part in told, part
    assert "private" not in told
    assert "secret" not in told


def test_html_draws_what_it_says(trial: Path) -> None:
    """The dot of the first drawing stands where 75% is, its thick line from 53.1% to 88.8%."""
    raw = html.render(build_of(trial))
    figure = raw[raw.index("<figure") :]
    assert f'cx="{html.x(0.75)}"' in figure
    main = build_of(trial).comparisons[0]
    assert f'x1="{html.x(main.share.low)}" x2="{html.x(main.share.high)}"' in figure
    assert html.x(0.0) == "2.00%"
    assert html.x(1.0) == "98.00%"


def build_of(path: Path) -> Results:
    """The results of a trial's file."""
    with Store(str(path)) as store:
        return build(store)


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_same_file_same_bytes(trial: Path, tmp_path: Path, form: str) -> None:
    """Two reports of one file are the same, byte for byte."""
    one, two = tmp_path / "one", tmp_path / "two"
    for target in (one, two):
        assert run("report", str(trial), "--format", form, "-o", str(target)) == 0
    assert one.read_bytes() == two.read_bytes()


def test_texts_only_when_asked(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--with-texts shows prompts and answers, in every format."""
    for form in ("text", "json", "html"):
        assert run("report", str(trial), "--format", form, "--with-texts") == 0
        told = capsys.readouterr().out
        assert "secret question 3" in told
        assert "private answer 3" in told


def test_hostile_texts_are_inert(tmp_path: Path) -> None:
    """Markup, templates, terminal controls and turned text of a model, a server or a judge show as text; long ones are
    cut."""
    named = structs.replace(OPEN, name=HOSTILE, model=HOSTILE)
    store = new_trial(tmp_path / "a.trial", [(HOSTILE,)] * 4, (named, CLOSED), name=HOSTILE)
    answer(store, "p000", HOSTILE, text=HOSTILE + "\n" + "x" * 100_000)
    answer(store, "p000", "gpt", text=HOSTILE)
    store.add_identity(
        Identity(candidate=HOSTILE, at="2026-11-20T08:00:00Z", server=HOSTILE, notes=(HOSTILE,))
    )
    vote(store, "p000", "gpt", (HOSTILE, "gpt"), rater=HOSTILE)
    results = build(store, texts=True)
    page = html.render(results)
    tags = {tag for tag, _ in _Page(page).tags}
    assert not {"script", "img"} & tags
    assert "{{ 7*7 }}" in page
    for made in (page, text.render(results), json_document.render(results)):
        assert "\x1b" not in made
        assert "\u202e" not in made
        assert len(made) < 300_000 + 4 * MAX_TEXT
    assert "(100," in page


def test_tag_narrows_the_report(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--tag: only these prompts, still corrected as one of several."""
    assert run("report", str(trial), "--tag", "easy") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "10 prompts, only the tag easy" in told
    assert "Holm's correction" in told


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """3: nothing run (no report), or nothing judged (a report of what ran); 4: votes missing, or only a model judged;
    0: whole."""
    path = tmp_path / "a.trial"
    store = new_trial(path, [()] * 6)
    with pytest.raises(NothingChecked, match="nothing was run yet") as caught:
        run("report", str(path))
    assert caught.value.exit_code == 3
    answer_all(store)
    assert run("report", str(path)) == 3
    printed = capsys.readouterr()
    assert "weightlaw trial judge" in printed.err
    assert "cannot tell: no person has judged" in printed.out.lower()
    vote(store, "p000", "qwen", rater="m", kind="model")
    assert run("report", str(path)) == 4
    judge(store, decided(3, 2))
    assert run("report", str(path)) == 4
    judge(store, decided(3, 3))
    assert run("report", str(path)) == 0


def test_not_a_trial(tmp_path: Path) -> None:
    """A file that is none: one sentence."""
    with pytest.raises(UsageError, match="is no trial"):
        run("report", str(tmp_path / "gone.trial"))
    (tmp_path / "x.trial").write_bytes(b"hello")
    with pytest.raises(UsageError, match="is no trial"):
        run("report", str(tmp_path / "x.trial"))


def test_only_the_command_line_enters_the_room() -> None:
    """No other room imports the trial, so that nobody who does not use it loads or needs its libraries."""
    import weightlaw

    root = Path(weightlaw.__file__).parent
    for file in root.rglob("*.py"):
        if file.relative_to(root).parts[0] not in ("trial", "cli"):
            assert "weightlaw.trial" not in file.read_text(encoding="utf-8"), file


def test_the_page_of_the_docs_says_what_is_computed() -> None:
    """Each row of its table on what so many prompts show."""
    from weightlaw.trial.statistics import power

    page = (Path(__file__).parents[2] / "docs" / "trial-report.md").read_text(encoding="utf-8")
    for of in (10, 20, 30, 50, 100):
        smallest = power.smallest_share(of)
        assert smallest is not None
        row = f"| {of} | {power.wins_needed(of)} | {power.elo_of(smallest):.0f} Elo"
        assert row in page
        assert f"{smallest:.1%}" in page


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_finds_nothing(tmp_path: Path, size: str, scheme: str) -> None:
    """axe-core's rules for WCAG 2.2 A and AA in a real browser, on a page with every part."""
    store = new_trial(tmp_path / "a.trial", [("a",), ("b",)] * 6, (OPEN, CLOSED, THIRD))
    identify(store)
    answer_all(store)
    answer(store, "p000", "qwen", "schema-failure")
    for pair in (("qwen", "gpt"), ("qwen", "glm"), ("glm", "gpt")):
        judge(store, [pair[0]] * 7 + [pair[1]] * 4, pair)
        judge(store, [pair[0]] * 4 + [pair[1]] * 4, pair, rater="bob")
    vote(store, "p000", "qwen", rater="m", kind="model")
    assert _violations(html.render(build(store, texts=True)), size, tmp_path, scheme) == []
