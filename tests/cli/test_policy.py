"""`weightlaw policy` as a user types it, and the options by which other commands use a policy."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from weightlaw.cli import main as cli
from weightlaw.cli.main import main
from weightlaw.policy import packs

Capture = pytest.CaptureFixture[str]
POLICY = """\
organization: {name: Example, headquarters: DE, monthly_active_users: 40M, growth: 2%/month, counted_on: 2026-10-31}
deployments:
  chat: {use: [feature], markets: [DE]}
  phone: {use: [device], markets: [DE, NO]}
rules:
  early:
    reason: We want a warning before a cap.
    review: {cap_used_above: 50%}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository to work in."""
    monkeypatch.setitem(cli.COMMANDS, "policy", "the organization's policy")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def run(*args: str) -> int:
    try:
        return main([*args])
    except SystemExit as error:
        return int(str(error.code))


def test_init_writes_what_validates(here: Path, capsys: Capture) -> None:
    """From flags to a commented policy that validates; never over an existing file."""
    flags = [
        "--name",
        "Example: GmbH & Co",
        "--kind",
        "company",
        "--headquarters",
        "NO",
        "--mau",
        "40M",
    ]
    more = [
        "--revenue",
        "12M EUR",
        "--deployment",
        "chat",
        "--use",
        "service",
        "--market",
        "NO",
        "--field",
        "general",
    ]
    assert run("policy", "init", *flags, *more, "--pack", "saas-startup") == 0
    text = (here / "weightlaw.yaml").read_text()
    assert "# waivers:" in text
    assert run("policy", "validate") == 0
    assert run("policy", "show") == 0
    out = capsys.readouterr().out
    assert "Example: GmbH & Co" in out
    assert "NO" in out
    assert run("policy", "init") == 2


@pytest.mark.parametrize("pack", packs.pack_names())
def test_init_builds_on_every_pack(pack: str, here: Path, capsys: Capture) -> None:
    """Every pack can be begun with."""
    assert run("policy", "init", "--pack", pack, "--headquarters", "DE") == 0
    assert run("policy", "validate") == 0


def test_init_asks(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """On a terminal it asks; an empty answer stays open."""
    answers = iter(["Example", "", "DE", "40M", "", "chat", "feature", "DE, AT", "", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    assert run("policy", "init") == 0
    text = (here / "weightlaw.yaml").read_text()
    assert "markets: [DE, AT]" in text
    assert "# kind: company" in text


def test_init_refuses_what_would_be_wrong(here: Path, capsys: Capture) -> None:
    """Wrong answers are told, and nothing is written."""
    assert run("policy", "init", "--headquarters", "Germny") == 2
    assert not (here / "weightlaw.yaml").exists()
    assert "Germny" in capsys.readouterr().err


def test_validate(here: Path, capsys: Capture) -> None:
    """0 where all is well, 4 with remarks, 2 with errors."""
    (here / "weightlaw.yaml").write_text(POLICY)
    assert run("policy", "validate") == 0
    (here / "weightlaw.yaml").write_text("licenses: {allow: [MIT], deny: [MIT]}")
    assert run("policy", "validate") == 4
    assert "weightlaw.yaml:1: WL904" in capsys.readouterr().out
    (here / "weightlaw.yaml").write_text("licences: {allow: [MIT]}")
    assert run("policy", "validate") == 2


def test_test(here: Path, capsys: Capture) -> None:
    """0 where all cases pass, 1 where one fails, 2 where there are none."""
    (here / "weightlaw.yaml").write_text(POLICY)
    assert run("policy", "test") == 2
    case = "- {{case: half of the cap, model: qwen2.5-72b, deployment: chat, verdict: {}, with: {{organization: {{monthly_active_users: 60M}}}}}}"
    (here / "weightlaw.tests.yaml").write_text(case.format("review"))
    assert run("policy", "test") == 0
    (here / "weightlaw.tests.yaml").write_text(case.format("allowed"))
    assert run("policy", "test") == 1
    assert "the verdict is review, not allowed" in " ".join(capsys.readouterr().out.split())
    (here / "weightlaw.tests.yaml").write_text("- {case: x, model: qwen2.5-72b, verdict: fine}")
    assert run("policy", "test") == 2


def test_packs_by_name(capsys: Capture) -> None:
    """Packs can be shown and tested by their name."""
    assert run("policy", "test", "osi-only") == 0
    assert run("policy", "show", "osi-only", "--effective") == 0
    assert "only-osi" in capsys.readouterr().out


def test_explain(here: Path, capsys: Capture) -> None:
    """The chain from facts to verdict, with the exit code of check."""
    (here / "weightlaw.yaml").write_text(POLICY)
    code = run(
        "policy", "explain", "qwen2.5-72b", "--deployment", "chat", "--mau", "60M", "--offline"
    )
    said = " ".join(capsys.readouterr().out.split())
    assert code == 4
    for words in (
        "made by", "Alibaba", "review early: fits (Qwen License Agreement)", "100M monthly active users, 60% used",
        "reached in 2028-", "up to 50M users", "verdict: review by early",
    ):  # fmt: skip
        assert words in said, words


def test_forecast(here: Path, capsys: Capture) -> None:
    """Without a policy too."""
    assert run("policy", "forecast", "qwen2.5-72b", "--mau", "40M", "--offline") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "no growth of the monthly active users is given" in said
    assert "up to 100M users" in said


def test_schema_accepts_the_packs(capsys: Capture) -> None:
    """The published schema accepts every pack and refuses what weightlaw refuses."""
    from weightlaw import plainyaml

    assert run("policy", "schema") == 0
    schema = json.loads(capsys.readouterr().out)
    for pack in packs.pack_names():
        jsonschema.validate(
            plainyaml.parse(Path(packs.pack_path(pack)).read_text(), pack).data, schema
        )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"organisation": {}}, schema)


def test_deployments_of_a_policy(here: Path, capsys: Capture) -> None:
    """One must be chosen where there are several; flags override it, and that is shown."""
    (here / "weightlaw.yaml").write_text(POLICY)
    assert run("check", "qwen2.5-72b", "--offline") == 2
    assert "choose one with --deployment: chat, phone" in capsys.readouterr().err
    assert run("check", "qwen2.5-72b", "--offline", "--deployment", "chatt") == 2
    assert "did you mean chat?" in capsys.readouterr().err
    assert run("check", "qwen2.5-72b", "--offline", "--deployment", "chat") == 0
    assert run("check", "qwen2.5-72b", "--offline", "--deployment", "chat", "--mau", "60M") == 4
    said = " ".join(capsys.readouterr().out.split())
    assert "mau: 60,000,000 as typed, in place of 40,000,000 in weightlaw.yaml" in said
    assert "[rule early of weightlaw.yaml:6]" in said
    (here / "weightlaw.yaml").write_text(POLICY + "deployment: phone\n")
    assert run("check", "qwen2.5-72b", "--offline", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["deployment"]["name"] == "phone"


def test_deployment_without_a_policy(capsys: Capture) -> None:
    """A deployment that nobody describes is an error, not a default."""
    assert run("check", "glm-4.7", "--offline", "--deployment", "chat") == 2
    assert run("check", "glm-4.7", "--offline", "--no-policy", "--deployment", "chat") == 2
    assert run("check", "glm-4.7", "--offline", "--today", "tomorrow") == 2


def test_pyproject_is_found_and_two_policies_are_refused(here: Path, capsys: Capture) -> None:
    """The small form counts; beside a weightlaw.yaml it is one too many."""
    (here / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert run("check", "llama4", "--mau", "5M", "--headquarters", "US", "--offline") == 0
    (here / "pyproject.toml").write_text("[tool.weightlaw]\nosi_required = true\n")
    assert run("check", "llama4", "--mau", "5M", "--headquarters", "US", "--offline") == 1
    (here / "weightlaw.yaml").write_text("osi_required: true")
    assert run("check", "llama4", "--offline") == 2
    assert "keep one" in capsys.readouterr().err


def test_waivers_in_a_check(here: Path, capsys: Capture) -> None:
    """`--today` decides whether a waiver holds."""
    waiver = (
        "waivers:\n  - {model: Qwen/Qwen2.5-72B-Instruct, revision: any, rule: WL202, reason: licence obtained, "
        "approver: GC, reference: C-1, expires: 2027-03-31}\n"
    )
    (here / "weightlaw.yaml").write_text("organization: {monthly_active_users: 150M}\n" + waiver)
    assert run("check", "qwen2.5-72b", "--offline", "--today", "2027-03-31") == 0
    assert run("check", "qwen2.5-72b", "--offline", "--today", "2027-04-01") == 1
