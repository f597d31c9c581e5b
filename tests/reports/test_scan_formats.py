"""The formats of `scan`: valid, complete, the same bytes, and closed to what a repository writes into them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import xmlschema

from tests.npm import JUNIT_SCHEMA, SARIF_SCHEMA, needs
from tests.scanning.shared import tree
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.rules import all_rules
from weightlaw.scanning.gate import Policies, Wanted, run
from weightlaw.scanning.judging import PolicyChange, ScanReport, Terms

FORMATS = (
    "scan_text",
    "scan_json",
    "sarif_report",
    "github_report",
    "gitlab_report",
    "junit_report",
    "markdown_report",
)
LLAMA = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
EVIL = "x/7b-chat\x1b[2J\n::error file=zz::owned%0A\u202e|`<script>@everyone`](http://evil)<!--"
BIG = Policies(now=Terms(deployment=Deployment(mau=900_000_000, headquarters="US")))
GITLAB_ISSUE = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "minLength": 16},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": "^[^./]"},
                "lines": {
                    "type": "object",
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                },
            },
        },
    },
}
"""By GitLab's documentation of the Code Quality report format (docs.gitlab.com, ci/testing/code_quality)."""


def render(form: str, report: ScanReport) -> str:
    """A report in one format."""
    text: str = import_module(f"weightlaw.reports.{form}").render(report)
    return text


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ScanReport:
    """Denied, reviewed, conditional and allowed models; documentation; a milder policy; a file that failed."""
    root = tree(
        tmp_path_factory.mktemp("r"),
        {
            "app/a b.py": f'MODEL = "{LLAMA}"\nOTHER_MODEL = "{LLAMA}"\n',
            "app/c.py": 'MODEL = "zai-org/GLM-4.7"\nNEW_MODEL = "corner-bakery/rye-7b"\n',
            "README.md": "See https://huggingface.co/Qwen/Qwen2-7B\n",
        },
    )
    made = run(Wanted(paths=(str(root),)), BIG)
    change = PolicyChange(
        model=LLAMA, before=Verdict.DENIED, after=Verdict.CONDITIONAL, file="weightlaw.yaml"
    )
    return msgspec.structs.replace(
        made, policy_changes=(change,), problems=("x.py: cannot be read: no",)
    )


def hostile(report: ScanReport) -> ScanReport:
    """The same report, as if the repository had chosen every name."""

    def evil(text: str) -> str:
        return text.replace("corner-bakery/rye-7b", EVIL).replace("app/c.py", f"{EVIL}\udcff.py")

    found = tuple(
        msgspec.structs.replace(
            f,
            ask=evil(f.ask),
            reference=msgspec.structs.replace(
                f.reference,
                file=evil(f.reference.file),
                reference=evil(f.reference.reference),
                model=evil(f.reference.model or ""),
            ),
        )
        for f in report.found
    )
    models = tuple(
        msgspec.structs.replace(
            m,
            reference=evil(m.reference),
            model=evil(m.model),
            findings=tuple(
                msgspec.structs.replace(x, message=evil(x.message), remedy=evil(x.remedy))
                for x in m.findings
            ),
        )
        for m in report.judged.models
    )
    change = msgspec.structs.replace(report.policy_changes[0], model=EVIL, file=EVIL)
    counted = tuple(f for f in found if f.reference.certainty == "runtime")
    return msgspec.structs.replace(
        report,
        found=found,
        counted=counted,
        judged=msgspec.structs.replace(report.judged, models=models),
        policy_changes=(change,),
        problems=(EVIL,),
    )


@pytest.mark.parametrize("form", FORMATS)
def test_same_report_same_bytes(form: str, report: ScanReport) -> None:
    """Twice the same."""
    assert render(form, report) == render(form, report)


@pytest.mark.parametrize("form", FORMATS)
def test_names_cannot_break_out(form: str, report: ScanReport) -> None:
    """No control or direction character, no line of its own, whatever a name holds."""
    text = render(form, hostile(report))
    assert "\x1b" not in text
    assert "\u202e" not in text
    text.encode("utf-8")
    assert not re.search(r"^\s*::error file=zz", text, re.M)
    if form == "markdown_report":
        assert "<script>" not in re.sub(r"`[^`\n]*`", "", text)


def test_github_commands_are_whole(report: ScanReport) -> None:
    """Every command is one line of the documented form; the rest begins none."""
    for line in render("github_report", hostile(report)).splitlines():
        if line.startswith("::"):
            assert re.fullmatch(
                r"::(?:error|warning|notice) file=[^:,\n]+,line=\d+(?:,col=\d+,endLine=\d+,endColumn=\d+)?,title=[^:,]+::[^\n]+",
                line,
            )
        else:
            assert "::" not in line


def test_github_tells_the_strictest_first(report: ScanReport) -> None:
    """GitHub shows ten annotations a step."""
    kinds = [
        line.split(" ")[0]
        for line in render("github_report", report).splitlines()
        if line.startswith("::") and "policy" not in line
    ]
    assert kinds == sorted(kinds, key=["::error", "::warning", "::notice"].index)
    assert kinds[0] == "::error"


def sarif(report: ScanReport) -> dict[str, Any]:
    """The log."""
    made: dict[str, Any] = json.loads(render("sarif_report", report))
    return made


@needs(SARIF_SCHEMA)
@pytest.mark.parametrize("evil", [False, True])
def test_sarif_follows_the_official_schema(report: ScanReport, evil: bool) -> None:
    """SARIF 2.1.0, by its own JSON Schema."""
    schema = json.loads(SARIF_SCHEMA.read_text(encoding="utf-8"))
    schema["properties"]["$schema"] = {"type": "string"}
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(
        sarif(hostile(report) if evil else report)
    )


def test_sarif_has_what_github_requires(report: ScanReport) -> None:
    """Every rule with all texts, whether it fired or not; every result with a place and a fingerprint."""
    run_ = sarif(report)["runs"][0]
    rules = run_["tool"]["driver"]["rules"]
    assert {r["id"].removeprefix("weightlaw/") for r in rules} >= set(all_rules())
    for rule in rules:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
    for result in run_["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert not re.match(r"[a-z]+:|/|\.", place["artifactLocation"]["uri"])
        assert set(place["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    marks = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run_["results"]]
    assert len(set(marks)) == len(marks)
    assert run_["invocations"][0]["executionSuccessful"] is False


def test_sarif_region_covers_the_name(report: ScanReport) -> None:
    """From its first character to behind its last, counted from 1; the address is escaped."""
    first = next(r for r in sarif(report)["runs"][0]["results"] if r["level"] == "error")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app/a%20b.py"
    assert place["region"] == {
        "startLine": 1,
        "startColumn": 10,
        "endLine": 1,
        "endColumn": 10 + len(LLAMA),
    }


def test_fingerprints_survive_line_moves(tmp_path: Path) -> None:
    """Lines above, other models and other figures change none."""
    line = f'MODEL = "{LLAMA}"\n'

    def marks(text: str, users: int) -> set[str]:
        tree(tmp_path, {"a.py": text})
        policies = Policies(now=Terms(deployment=Deployment(mau=users)))
        results = sarif(run(Wanted(paths=(str(tmp_path),)), policies))["runs"][0]["results"]
        return {
            r["partialFingerprints"]["primaryLocationLineHash"]
            for r in results
            if r["ruleId"] == "weightlaw/WL201"
        }

    one = marks(line, 900_000_000)
    assert one
    assert marks("x = 1\n" * 9 + line, 950_000_000) == one


@pytest.mark.parametrize("evil", [False, True])
def test_gitlab_follows_its_form(report: ScanReport, evil: bool) -> None:
    """What GitLab documents, and no fingerprint twice."""
    issues = json.loads(render("gitlab_report", report))
    if evil:
        issues = json.loads(render("gitlab_report", hostile(report)))
    for issue in issues:
        jsonschema.validate(issue, GITLAB_ISSUE)
    assert len({i["fingerprint"] for i in issues}) == len(issues)


@needs(JUNIT_SCHEMA)
@pytest.mark.parametrize("evil", [False, True])
def test_junit_follows_the_schema_of_its_readers(report: ScanReport, evil: bool) -> None:
    """The XML Schema by which Jenkins' readers take JUnit's XML."""
    made = render("junit_report", hostile(report) if evil else report)
    xmlschema.XMLSchema(JUNIT_SCHEMA).validate(ET.ElementTree(ET.fromstring(made)))


@pytest.mark.parametrize("evil", [False, True])
def test_junit_is_well_formed_and_counts(report: ScanReport, evil: bool) -> None:
    """Attributes of suites agree with their cases, as readers of JUnit's XML check them."""
    root = ET.fromstring(render("junit_report", hostile(report) if evil else report))
    assert root.tag == "testsuites"
    for suite in root:
        cases = list(suite)
        assert suite.tag == "testsuite"
        assert all(c.tag == "testcase" and c.get("name") and c.get("classname") for c in cases)
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == sum(c.find("failure") is not None for c in cases)
        assert int(suite.attrib["errors"]) == sum(c.find("error") is not None for c in cases)
        assert all(len(list(c)) <= 1 for c in cases)
    assert int(root.attrib["tests"]) >= int(root.attrib["failures"]) > 0


def test_markdown_begins_with_the_verdict_and_stays_short(
    report: ScanReport, tmp_path: Path
) -> None:
    """For five models and for five hundred."""
    text = render("markdown_report", report)
    assert text.splitlines()[1].startswith("### ❌ weightlaw: DENIED:")
    lines = "".join(f'model_{i} = "corner-{i}/rye-{i}-7b"\n' for i in range(500))
    many = run(Wanted(paths=(str(tree(tmp_path, {"a.py": lines})),)), BIG)
    assert len(many.models) == 500
    long = render("markdown_report", many)
    assert len(long) < 9000
    assert "and 480 more models" in long


def test_markdown_table_is_one_line_a_model(report: ScanReport) -> None:
    """No name adds a cell, a line, a link or a mention."""
    rows = [r for r in render("markdown_report", hostile(report)).splitlines() if r.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)
    text = render("markdown_report", hostile(report))
    assert not re.search(r"(?<!`)@everyone", re.sub(r"`[^`\n]*`", "", text))


def test_text_tells_places_and_what_was_not_judged(report: ScanReport) -> None:
    """The verdict in the first line; each place; the rest in a line."""
    text = render("scan_text", report)
    assert text.startswith("DENIED: 3 models in 3 files; 1 denied, 1 review, ")
    assert "  app/a b.py:1:10\n  app/a b.py:2:16\n" in text
    assert "not judged: 1 in documentation." in text
    assert "makes the verdict on" in text


def test_empty_report(tmp_path: Path) -> None:
    """Nothing found is said in every format."""
    made = run(Wanted(paths=(str(tree(tmp_path, {"a.py": "x = 1\n"})),)), BIG)
    assert render("scan_text", made).startswith("0 models in 1 file\n")
    assert json.loads(render("scan_json", made))["verdict"] is None
    assert json.loads(render("gitlab_report", made)) == []
    assert sarif(made)["runs"][0]["results"] == []
    assert ET.fromstring(render("junit_report", made)).get("tests") == "0"
    assert render("github_report", made) == "0 models in 1 file\n"
    assert "0 models in 1 file" in render("markdown_report", made)
