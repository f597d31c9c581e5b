"""The procurement report: what its view says, the command, and the formats' common laws."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec import Struct, structs

from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.cli import report as command
from weightlaw.cli.judging import instead_of_denied
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.quantities import Money
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.policy.house import House
from weightlaw.policy.waivers import Waiver
from weightlaw.reports.procurement import building, mdf
from weightlaw.reports.procurement import json as json_format
from weightlaw.reports.procurement.gathering import Material, gather
from weightlaw.reports.procurement.mdf_items import size_range
from weightlaw.reports.procurement.view import Cell, Report
from weightlaw.reports.procurement.writing import save
from weightlaw.scores.store import load as load_scores
from weightlaw.sources.base import Source
from weightlaw.sources.gathering import Gatherer

FIVE = ["llama4", "glm-4.7", "olmo-3.1", "qwen3", "kimi-k2"]
DATE = "2026-11-24"
NEEDS = {"xlsx": "xlsxwriter", "docx": "docx", "pdf": "typst"}
FORMATS = ("html", "markdown", "json", "xlsx", "docx", "pdf")
LARGE = Deployment(mau=900_000_000)


def material(
    references: list[str],
    deployment: Deployment = LARGE,
    *,
    house: House = House(),
    hub: Source | None = None,
    date: str = DATE,
) -> Material:
    """Everything that a report is made from."""
    catalog = load()
    sources = Gatherer(catalog, hub)
    judged = check(references, deployment, house=house, hub=hub)
    return Material(
        judged,
        gather(references, sources),
        date=date,
        catalog=catalog,
        scores=load_scores(),
        fetch_base=sources.facts,
        house=house,
        instead=instead_of_denied(judged, house),
    )


def view(references: list[str], deployment: Deployment = LARGE, **more: Any) -> Report:
    """The view of a report on these models."""
    return building.build(material(references, deployment, **more))


def rendered(report: Report, form: str, templates: str = "") -> bytes:
    """The report in one format; skipped where its library is not installed."""
    if form in NEEDS:
        pytest.importorskip(NEEDS[form])
    data: bytes = import_module(f"weightlaw.reports.procurement.{form}").render(report, templates)
    return data


def structs_in(value: Any) -> Iterator[Struct]:
    """The value's structs, all the way down."""
    if isinstance(value, Struct):
        yield value
        for name in value.__struct_fields__:
            yield from structs_in(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from structs_in(item)


@pytest.fixture(scope="module")
def five() -> Report:
    return view(FIVE)


def test_every_model_is_decided_once(five: Report) -> None:
    named = [model for decision in five.decisions for model in decision.models]
    assert sorted(named) == sorted(sheet.model for sheet in five.sheets)
    assert len(named) == len(set(named)) == 14
    assert [p.at for p in five.counts] == [11, 1, 0, 2]
    assert five.headline.startswith("Of 14 models 11 may be deployed as they are")


def test_page_one_names_clause_and_next_step(five: Report) -> None:
    denied = next(d for d in five.decisions if d.verdict == "denied")
    assert denied.clause == "Llama 4 Community License Agreement, section 2"
    assert "700M" in denied.reason
    assert denied.next_step.startswith("Ask Meta for a licence")
    instead = load().model(denied.instead.split(",")[0])
    assert instead is not None
    assert (
        "image" in instead.modalities
    )  # Llama 4 reads images: a model that does not would not replace it
    assert five.proofs[denied.proof - 1].section == "2"
    assert five.proofs[denied.proof - 1].sha256


@pytest.mark.parametrize(
    ("reference", "deployment", "says"),
    [
        (
            "qwen2.5-72b",
            Deployment(mau=60_000_000),
            "Up to 100M monthly active users, then section 4 of Qwen License Agreement.",
        ),
        ("glm-4.7", LARGE, "No limit on users."),
        (
            "llama-3.1-8b",
            Deployment(mau=5_000_000, headquarters="US"),
            "At most 700M monthly active users in 2024-06, tested once; later growth does not count",
        ),
        ("kimi-k2", LARGE, "Above 100M monthly active users words must be displayed"),
        (
            "meta-llama/Llama-4-Scout-17B-16E-Instruct",
            Deployment(mau=5),
            "Open until decided: Llama 4 Acceptable Use Policy",
        ),
    ],
)
def test_largest_deployment(reference: str, deployment: Deployment, says: str) -> None:
    assert says in view([reference], deployment).decisions[0].largest


def test_cells_are_fact_claim_or_visibly_blank(five: Report) -> None:
    """No cell is empty and called known, and each claim names who makes it."""
    cells = [s for s in structs_in(five) if isinstance(s, Cell)]
    assert len(cells) > 200
    for cell in cells:
        assert (cell.kind == "blank") == (not cell.text)
        assert cell.shown
        assert cell.kind != "claim" or cell.source, cell


def test_forecast_becomes_a_task_with_a_month() -> None:
    grown = Deployment(mau=60_000_000, growth=0.02, counted_on="2026-11-01")
    made = view(["qwen2.5-72b"], grown)
    task = next(t for t in made.tasks if t.by)
    assert task.by == "2029-01"
    assert task.why == "Qwen License Agreement, section 4"
    (axis,) = made.axes
    assert [p.label for p in axis.sizes] == [
        "60M today",
        "76.1M in 12 months",
        "96.5M in 24 months",
        "122M in 36 months",
    ]
    assert axis.sizes[2].at < axis.limits[0].at < axis.sizes[3].at


def test_a_product_is_drawn_with_its_own_users_and_growth() -> None:
    """Caps on a product are held against its users, so its axis agrees with the month that is told."""
    organization = Deployment(mau=40_000_000, growth=0.5, counted_on="2026-10-31")
    own = structs.replace(organization, product_mau=25_000_000, product_growth=0.03)
    made = view(["qwen2.5-72b", "llama4"], own)
    whole, product = sorted(made.axes, key=lambda a: len(a.metric))
    assert product.metric == f"{whole.metric} of the product"
    assert (whole.sizes[0].label, product.sizes[0].label) == ("40M today", "25M today")
    (cap,) = product.limits
    assert cap.passed == "2030-09"  # 25M x 1.03^47 is the first above 100M
    assert all(p.at < cap.at for p in product.sizes)  # none of them is four years away
    assert "product's 3.00%" in next(f.cell.text for f in made.deployment if f.name == "Growth")


def test_names_and_days_are_blank_where_nobody_said_them(five: Report) -> None:
    assert five.tasks
    assert all(not task.name and not task.by for task in five.tasks)
    assert all(task.role for task in five.tasks)


def test_waivers_are_shown_with_their_end() -> None:
    waiver = Waiver(
        model="Qwen/Qwen2.5-72B-Instruct",
        revision="any",
        rule="WL202",
        reason="licence bought",
        approver="Ada Counsel",
        reference="C-17",
        expires="2027-01-31",
        source="weightlaw.yaml:9",
    )
    made = view(["qwen2.5-72b"], house=House(waivers=(waiver,), today=DATE))
    assert [w.expires for w in made.exemptions] == ["2027-01-31"]
    task = next(t for t in made.tasks if t.by)
    assert (task.name, task.by) == ("Ada Counsel", "2027-01-31")
    assert made.decisions[0].verdict == "conditional"


def test_duties_of_denied_models_stand_apart(five: Report) -> None:
    assert {o.mode for o in five.obligations} >= {"must", "must not"}
    for duty in five.obligations:
        assert duty.only_if_licensed == any("Llama-4" in m for m in duty.models)


def test_figures_of_another_effort_are_not_compared(five: Report) -> None:
    arena = next(b for b in five.scoreboards if b.benchmark.startswith("Arena Text"))
    told = {row.model: row.against for row in arena.rows}
    assert told["zai-org/GLM-4.7"] == "highest here"
    assert told["Qwen/Qwen3-235B-A22B"].startswith("not comparable: another effort")
    assert told["Qwen/Qwen3-32B"].startswith("-94.5 (")
    assert "Qwen/Qwen3-8B" in arena.missing


def test_a_name_that_nobody_knows_is_shown_as_review() -> None:
    made = view(["glm-4.7", "nobody/knows-this"])
    decision = next(d for d in made.decisions if "nobody/knows-this" in d.models)
    assert decision.verdict == "review"
    assert decision.largest.startswith("Not known")
    assert any("nobody/knows-this" in gap.models for gap in made.gaps)


def test_json_keeps_to_its_schema(five: Report) -> None:
    jsonschema.validate(json.loads(json_format.render(five)), json_format.json_schema())


def test_form_says_what_it_does_not_know() -> None:
    form = mdf.build(material(["kimi-k2"]))
    jsonschema.validate(json.loads(mdf.render(form)), mdf.json_schema())
    (model,) = form.models
    fields = {f.name: f.cell for part in model.parts for f in part.fields}
    assert model.filled + model.blank == sum(len(part.fields) for part in model.parts)
    assert fields["License: link"].text.startswith("Modified MIT License")
    assert fields["Amount of energy used for training"] == Cell(source="the provider")


def test_documentation_form_says_to_whom_each_item_goes() -> None:
    """Sections in the form's order; what only authorities get never goes to downstream providers."""
    (model,) = mdf.build(material(["llama-4-maverick"])).models
    assert [p.title for p in model.parts] == [
        "General information",
        "Model properties",
        "Methods of distribution and licenses",
        "Use",
        "Training process",
        "Information on the data used for training, testing, and validation",
        "Computational resources (during training)",
        "Energy consumption (during training and inference)",
    ]
    for part in model.parts:
        assert len({f.name for f in part.fields}) == len(part.fields)
        for field in part.fields:
            assert field.recipients
            closed = part.title.startswith(("Training", "Computational", "Energy"))
            assert not (closed and "DPs" in field.recipients), field.name
    fields = {f.name: f for part in model.parts for f in part.fields}
    assert fields["Model authenticity"].recipients == ("AIO", "NCAs")
    assert fields["Release date"].recipients == ("AIO", "NCAs", "DPs")
    assert fields["Training time"].recipients == ("AIO",)
    restricted = fields["Intended uses, or restricted and prohibited ones"].cell
    assert restricted.text.startswith("Restricted: ")
    assert "Llama 4" in restricted.source


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("8.03B", "5B to 15B"),
        ("500M", "1 to 500M"),
        ("402B", "100B to 500B"),
        ("1023.24B", "more than 1T"),
        ("~1T", ""),
        ("~398B", "100B to 500B"),
        ("70,553,706,496", "50B to 100B"),
        ("671B (37B active)", ""),
        ("", ""),
        ("many", ""),
        ("-3B", ""),
    ],
)
def test_size_as_the_form_ranges_it(said: str, words: str) -> None:
    assert size_range(said) == words


@pytest.mark.parametrize("form", FORMATS)
def test_same_inputs_same_bytes(form: str, five: Report) -> None:
    first = rendered(five, form)
    time.sleep(2.1 if form in ("docx", "xlsx") else 0)  # a clock in a zip counts in steps of 2 s
    assert first == rendered(view(FIVE), form)
    assert first != rendered(view(FIVE, date="2026-11-25"), form)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_two_hundred_models(form: str) -> None:
    start = time.monotonic()
    made = view(load().model_ids()[:200])
    assert len(rendered(made, form)) > 1000
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("form", sorted(NEEDS))
def test_a_missing_library_is_one_clear_error(
    form: str, five: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, NEEDS[form], None)
    extra = "pdf" if form == "pdf" else "report"
    with pytest.raises(UsageError, match=rf"pip install 'weightlaw\[{extra}\]'"):
        import_module(f"weightlaw.reports.procurement.{form}").render(five)


def run(*args: str) -> int:
    """One command line, offline."""
    parsed = command.parser().parse_args([*args, "--offline", "--no-policy", "--date", DATE])
    return command.run(parsed)


def test_command_writes_and_exits(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    assert run(*FIVE, "--mau", "900M", "-o", str(target)) == 0
    assert target.read_bytes().startswith(b"<!doctype html>")
    assert run("llama4", "--mau", "900M", "-o", str(target), "--fail-on", "review") == 1
    assert run("kimi-k2", "-o", str(tmp_path / "form.md"), "--form", "mdf") == 0
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".new"] == []


def test_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in one of \.html"):
        run("glm-4.7", "-o", "report.txt")
    with pytest.raises(UsageError, match=r"as \.md or \.json"):
        run("glm-4.7", "-o", "report.html", "--form", "mdf")
    with pytest.raises(UsageError, match="is no folder"):
        run("glm-4.7", "-o", str(tmp_path / "r.md"), "--templates", str(tmp_path / "none"))
    with pytest.raises(NothingChecked):
        run("nobody/knows-this", "-o", str(tmp_path / "r.md"))
    assert not list(tmp_path.iterdir())


def test_command_leaves_pipes_alone(tmp_path: Path) -> None:
    """What is no plain file is written to as it is: no file takes the place of a pipe or of /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    save(b"x", str(pipe))
    reader.join(timeout=10)
    assert pipe.is_fifo()
    assert read == [b"x"]


def test_title_and_policy_come_through(tmp_path: Path) -> None:
    policy = tmp_path / "weightlaw.yaml"
    policy.write_text("version: 1\norganization:\n  name: Example Widgets\n", encoding="utf-8")
    target = tmp_path / "r.json"
    args = [
        "glm-4.7",
        "--offline",
        "--policy",
        str(policy),
        "--title",
        "Our choice",
        "-o",
        str(target),
    ]
    assert command.run(command.parser().parse_args([*args, "--date", DATE])) == 0
    made = json.loads(target.read_text(encoding="utf-8"))
    assert (made["title"], made["organization"], made["date"]) == (
        "Our choice",
        "Example Widgets",
        DATE,
    )


def test_all_that_bars_stands_on_page_one() -> None:
    """Two bars: the second is named too, so that nobody buys the first away and thinks it done."""
    made = view(["llama-4-maverick"], Deployment(mau=900_000_000, headquarters="DE"))
    (decision,) = made.decisions
    assert decision.clause.startswith("Llama 4 Community License Agreement, section 2")
    assert "Barred besides by Llama 4 Acceptable Use Policy, final paragraph" in decision.reason
    (alone,) = view(["llama-4-maverick"], Deployment(mau=900_000_000, headquarters="US")).decisions
    assert "besides" not in alone.reason


def test_a_denied_model_without_a_figure_says_so() -> None:
    (decision,) = view(["FLUX.1-dev"]).decisions
    assert decision.verdict == "denied"
    assert decision.instead.startswith("none named, no comparable figure: Arena Text of ")


def test_rows_of_page_one_can_be_told_apart() -> None:
    """Models that are allowed under several licences name each of them: no two rows say the same."""
    made = view(["blip2-flan-t5-xl", "glm-4.7", "Salesforce/blip2-flan-t5-xl"], Deployment())
    told = [(d.verdict, d.clause, d.reason, d.largest, d.next_step) for d in made.decisions]
    assert len(told) == len(set(told)) == 2
    assert {d.clause.count(";") for d in made.decisions} == {0, 1}


def test_a_sum_in_another_currency_is_no_unsaid_sum() -> None:
    """It is not converted; the report says in which currency the figure is missing, and whom to ask."""
    said = Deployment(revenue=Money(12_000_000, "EUR"))
    made = view(["stable-diffusion-3.5-large"], said)
    (decision,) = made.decisions
    assert "annual revenue in USD, which nobody said" in decision.reason
    assert made.axes[0].limits[0].state == "not known: nobody said the size in USD"
    gap = next(g for g in made.gaps if g.what == "annual revenue in USD")
    assert gap.role == "Finance"
    assert "12M EUR was said" in gap.why
