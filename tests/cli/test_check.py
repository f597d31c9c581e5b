"""The command line as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from weightlaw.cli.main import main

SCHEMA = Path(__file__).parents[2] / "docs" / "check.schema.json"
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["lama4x"], 3),
        ([""], 2),
        (["../../etc/passwd"], 3),
        (["x" * 10_000], 2),
        (["llama4", "--mau", "lots"], 2),
        (["llama4", "--revenue", "5M"], 2),
        (["llama4", "--headquarters", "Germny"], 2),
        (["llama4", "--use", "evil"], 2),
        (["llama4", "--mau-at", "2025-03"], 2),
        (["llama4", "--mau-at", "2025-03=1M", "--mau-at", "2025-03=2M"], 2),
        (["llama4", "--policy", "missing.yaml"], 2),
        (["org/unheard-of-model"], 3),
    ],
)
def test_errors(args: list[str], code: int, capsys: Capture) -> None:
    """One clear line on standard error, nothing on standard output, never a traceback."""
    try:
        got = main(["check", *args, "--offline"])
    except SystemExit as error:
        got = int(str(error.code))
    out, err = capsys.readouterr()
    assert got == code
    assert out == ""
    said = [line for line in err.splitlines() if line.startswith("weightlaw")]
    assert len(said) == 1
    assert len(said[0]) < 300
    assert "Traceback" not in err


def test_near_names(capsys: Capture) -> None:
    """A misspelt name gets near ones."""
    main(["check", "lama-4-scout", "--offline"])
    assert "llama-4-scout" in capsys.readouterr().err


def test_unknown_among_known_is_reviewed(capsys: Capture) -> None:
    """One unknown name does not hide the others, and never passes."""
    code = main(["check", "glm-4.7", "nobodys-model", "--offline", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert code == 4
    assert [m["verdict"] for m in report["models"]] == ["allowed", "review"]


@pytest.mark.parametrize(
    "args",
    [
        ["llama4", "--mau", "900M"],
        ["kimi-k2", "--mau", "5M"],
        ["llama4", "--mau", "5M"],
        ["glm-4.7", "nobodys-model"],
        ["stable-diffusion-3.5-large", "--revenue", "500k-USD", "--use", "weights"],
    ],
)
def test_json_follows_its_schema(args: list[str], capsys: Capture) -> None:
    """The documented schema holds for every kind of answer."""
    main(["check", *args, "--offline", "--format", "json"])
    jsonschema.validate(
        json.loads(capsys.readouterr().out), json.loads(SCHEMA.read_text(encoding="utf-8"))
    )


def test_text_is_80_columns_and_plain(capsys: Capture) -> None:
    """Verdict first; no line is longer than 80 columns unless one word is; no colour in a pipe."""
    main(["check", "llama4", "qwen2.5-72b", "command-r", "--mau", "900M", "--offline"])
    out = capsys.readouterr().out
    assert out.startswith("DENIED: ")
    assert "\x1b" not in out
    for line in out.splitlines()[1:]:
        assert len(line) <= 80 or len(line.split()) <= 3, line


def test_the_first_line_names_those_that_decide(capsys: Capture) -> None:
    """A model that may be deployed is not named beside DENIED."""
    main(["check", "glm-4.7", "command-r", "--offline", "--mau", "5M"])
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("DENIED: command-r (")
    assert "glm-4.7" not in first
    assert "1 allowed" in first


def test_what_the_policy_states_is_not_assumed(tmp_path: Path, capsys: Capture) -> None:
    """Neither what a deployment states nor what is typed; and the answer names policy and deployment."""
    policy = tmp_path / "weightlaw.yaml"
    policy.write_text(
        "deployments:\n  chat: {use: [feature], commercial: true}\n  lab: {fine_tuned: false}\n",
        encoding="utf-8",
    )
    rules = ["check", "glm-4.7", "--offline", "--policy", str(policy)]
    for deployment, stated in (("chat", ("commercial", "feature")), ("lab", ("fine-tuning",))):
        main([*rules, "--deployment", deployment, "--format", "json"])
        said = json.loads(capsys.readouterr().out)
        assumed = " ".join(said["assumptions"])
        for word in ("commercial", "feature", "fine-tuning", "training on outputs"):
            assert (word in assumed) is (word not in stated)
        assert said["policy"] == str(policy)
    main([*rules, "--deployment", "chat", "--use", "feature", "--train-on-outputs"])
    out = " ".join(capsys.readouterr().out.split())
    assert f"policy: {policy}, deployment chat" in out
    assert "assumed: no fine-tuning; no rules" in out


def test_the_first_line_names_the_rule_of_the_house(tmp_path: Path, capsys: Capture) -> None:
    policy = tmp_path / "weightlaw.yaml"
    policy.write_text("rules: {not-yet: {reason: Not yet., review: any}}\n", encoding="utf-8")
    main(["check", "glm-4.7", "--offline", "--policy", str(policy)])
    assert "(house-rule not-yet)" in capsys.readouterr().out.splitlines()[0]


def test_same_bytes(capsys: Capture) -> None:
    """The same inputs give the same bytes."""
    outs = []
    for _ in range(2):
        main(["check", "llama4", "kimi-k2", "--mau", "5M", "--offline", "--format", "json"])
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]


def test_fail_on_deny(capsys: Capture) -> None:
    """A review exits with 0 where only a denial shall fail."""
    assert main(["check", "llama4", "--mau", "5M", "--offline", "--fail-on", "deny"]) == 0
    assert main(["check", "llama4", "--mau", "900M", "--offline", "--fail-on", "deny"]) == 1
    capsys.readouterr()


def test_output_file(tmp_path: Path, capsys: Capture) -> None:
    """The output goes to a file, and nothing is left behind."""
    target = tmp_path / "out.json"
    code = main(["check", "glm-4.7", "--offline", "--format", "json", "-o", str(target)])
    assert code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["verdict"] == "allowed"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]
    assert capsys.readouterr().out == ""


def test_policy_is_found_and_overridden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """`weightlaw.yaml` above the working directory counts, up to the repository's root; flags override."""
    repo = tmp_path / "repo"
    inner = repo / "a" / "b"
    inner.mkdir(parents=True)
    (repo / ".git").mkdir()
    (tmp_path / "weightlaw.yaml").write_text("osi_required: true\n")
    (repo / "weightlaw.yaml").write_text(
        "organization: {headquarters: US, monthly_active_users: 900M}\n"
    )
    monkeypatch.chdir(inner)
    assert main(["check", "llama4", "--offline"]) == 1
    assert main(["check", "llama4", "--offline", "--mau", "5M"]) == 0
    assert main(["check", "llama4", "--offline", "--no-policy"]) == 4
    os.remove(repo / "weightlaw.yaml")
    assert main(["check", "llama4", "--offline", "--mau", "5M", "--headquarters", "US"]) == 0
    capsys.readouterr()


def test_thousand_references(tmp_path: Path) -> None:
    """A thousand references are one load and one answer each; unknown ones do not slow it down."""
    names = ["llama4", "qwen3", "glm-4.7", "nobody-knows-this"] * 250
    code = f"from weightlaw.cli.main import main; main(['check', *{names!r}, '--offline', '--format', 'json'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert len(json.loads(done.stdout)["models"]) >= 1000
    assert done.stderr == ""


def test_nothing_assumed_is_not_announced(tmp_path: Path) -> None:
    """Where everything is stated, the report has no sentence on what was assumed."""
    policy, page = tmp_path / "weightlaw.yaml", tmp_path / "report.md"
    policy.write_text(
        "deployment: {use: [feature], commercial: true, fine_tuned: false, trains_on_outputs: false}\n"
        "osi_required: true\n",
        encoding="utf-8",
    )
    rules = ["report", "glm-4.7", "--offline", "-o", str(page)]
    main([*rules, "--policy", str(policy)])
    assert "Assumed" not in page.read_text(encoding="utf-8")
    main([*rules, "--no-policy"])
    assert "Assumed where nobody said otherwise" in page.read_text(encoding="utf-8")
