"""`weightlaw policy` as a user types it, and the options by which other commands use a policy."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.catalog.store import load
from weightlaw.cli import main as cli
from weightlaw.cli.main import main
from weightlaw.errors import UsageError
from weightlaw.policy import packs
from weightlaw.policy.policyfile import parse_policy

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
    typed(monkeypatch, "Example", "", "DE", "40M", "", "", "chat", "feature", "DE, AT", "", "")
    assert run("policy", "init") == 0
    text = (here / "weightlaw.yaml").read_text()
    assert "markets: [DE, AT]" in text
    assert "# kind: company" in text


def typed(monkeypatch: pytest.MonkeyPatch, *answers: object) -> None:
    """A person at a terminal; an exception among the answers is a key that ends it."""
    left = iter(answers)

    def answer() -> str:
        said = next(left)
        if isinstance(said, BaseException):
            raise said
        return str(said)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answer)


def test_init_asks_again(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A wrong answer is told with its reason and the near word, and the question comes again."""
    wrong_then_right = [
        "true", "compny", "company", "Germny", "Germany", "lots", "40M", "2026-02-30", "2026-10-31",
        "12M", "12M EUR", "my app", "my-app", "feature, devise", "feature, device", "DE, Nrway",
        "DE NO", "medcal", "medical general", "osi-onl", "osi-only",
    ]  # fmt: skip
    typed(monkeypatch, *wrong_then_right)
    assert run("policy", "init") == 0
    said = capsys.readouterr().err
    for words in (
        "did you mean company?", "did you mean DE (Germany)?", "'lots' is not a number of users",
        "'2026-02-30' is not a day", "names no currency", "my app", "did you mean device?",
        "did you mean NO (Norway)?", "did you mean medical?", "did you mean osi-only?",
    ):  # fmt: skip
        assert words in said, words
    text = (here / "weightlaw.yaml").read_text()
    for line in (
        'name: "true"', "kind: company", "headquarters: DE", "monthly_active_users: 40M",
        "counted_on: 2026-10-31", "annual_revenue: 12M EUR", "  my-app:", "use: [feature, device]",
        "markets: [DE, NO]", "fields: [medical, general]", "- pack: osi-only",
    ):  # fmt: skip
        assert line in text, line
    assert run("policy", "validate") == 0


@pytest.mark.parametrize(("key", "code"), [(EOFError(), 2), (KeyboardInterrupt(), 130)])
def test_init_stopped_writes_nothing(
    key: BaseException, code: int, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Ctrl-D and Ctrl-C in the middle leave no file behind."""
    typed(monkeypatch, "Example", "company", key)
    assert run("policy", "init") == code
    assert [p.name for p in here.iterdir()] == [".git"]
    assert "Traceback" not in capsys.readouterr().err


def test_init_tells_all_wrong_flags(here: Path, capsys: Capture) -> None:
    """Every flag is checked as its question is, and all are told at once."""
    wrong = ["--kind", "compny", "--mau", "lots", "--counted-on", "yesterday", "--revenue", "5"]
    more = ["--market", "Germny", "--field", "medcal", "--use", "devise", "--pack", "osi-onl"]
    assert run("policy", "init", *wrong, *more, "--deployment", "a b", "--name", " ") == 2
    said = capsys.readouterr().err
    for flag in (*wrong[::2], *more[::2], "--deployment", "--name"):
        assert f"{flag}: " in said, flag
    assert not (here / "weightlaw.yaml").exists()


@given(st.text(max_size=40))
def test_any_name_can_be_written(name: str) -> None:
    """Whatever an organization is called, the first policy is read back with that name, or the name is refused."""
    from weightlaw.policy.starting import QUESTIONS, Answers, first_policy

    question = QUESTIONS[0]
    with contextlib.suppress(UsageError):
        said = question.read(name)
        if said:
            text = first_policy(Answers(name=str(said)))
            assert parse_policy(text, "p.yaml", load()).organization == said


def test_kind_and_field_as_typed(here: Path, capsys: Capture) -> None:
    """The options override the policy, are shown to, and are checked against the words there are."""
    (here / "weightlaw.yaml").write_text(
        "organization: {name: X, kind: company}\n"
        "deployment: {fields: [general]}\n"
        "rules:\n  no-war: {reason: Never., deny: {fields: [military]}}\n"
        "  schools: {reason: Ask., review: {organization: [university]}}\n"
    )
    assert run("check", "glm-4.7", "--offline") == 0
    capsys.readouterr()
    assert run("check", "glm-4.7", "--offline", "--field", "military") == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "fields: military as typed, in place of general in weightlaw.yaml" in said
    assert run("check", "glm-4.7", "--offline", "--kind", "university") == 4
    assert "kind: university as typed, in place of company" in capsys.readouterr().out
    for flag, word, near in (("--kind", "compny", "company"), ("--field", "medcal", "medical")):
        assert run("check", "glm-4.7", "--offline", flag, word) == 2
        assert f"did you mean {near}?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "scan",
        "report",
        "notices",
        "sbom",
        "lock",
        "rank",
        "policy explain",
        "policy forecast",
    ],
)
def test_every_command_with_a_deployment_has_them(command: str, capsys: Capture) -> None:
    """--kind and --field are wherever a deployment is described."""
    assert run(*command.split(), "--help") == 0
    said = capsys.readouterr().out
    assert "--kind KIND" in said
    assert "--field FIELD" in said


def test_the_missing_fact_names_its_option(here: Path, capsys: Capture) -> None:
    """What a rule of the house wants to know is said with the option that says it."""
    (here / "weightlaw.yaml").write_text(
        "rules:\n  x: {reason: Ask., deny: {fields: [military], organization: [university]}}\n"
    )
    assert run("check", "glm-4.7", "--offline") == 4
    said = capsys.readouterr().out
    assert "the field of use (--field)" in said
    assert "the kind of organization (--kind)" in said


def test_what_a_policy_says_by_silence_is_overridden_openly(here: Path, capsys: Capture) -> None:
    """A policy that names no use means a commercial feature: other words are told as any override."""
    (here / "weightlaw.yaml").write_text("organization: {name: X}")
    assert run("check", "glm-4.7", "--offline", "--non-commercial", "--use", "internal") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "uses: internal as typed, in place of feature in weightlaw.yaml" in said
    assert "commercial: no as typed, in place of yes in weightlaw.yaml" in said


def test_every_error_of_a_file_at_once(here: Path, capsys: Capture) -> None:
    """A key given twice or a base that is not there hides none of the wrong keys and values on other lines."""
    (here / "weightlaw.yaml").write_text(
        "organisation: {name: X}\n"
        "extends: [{pack: osi-onli}]\n"
        "deployments:\n"
        "  a: {use: [featur], commercial: yes}\n"
        "  a: {}\n"
    )
    assert run("policy", "validate") == 2
    lines = capsys.readouterr().err.removeprefix("weightlaw: ").splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"weightlaw.yaml:{place}" for place in ("1:1", "2:11", "4:13", "4:22", "5:3")
    ]
    for line, near in zip(lines, ("organization", "osi-only", "feature"), strict=False):
        assert "did you mean" in line
        assert near in line


def test_a_day_that_was_typed_is_told(here: Path, capsys: Capture) -> None:
    """Who judges as of another day, so that a waiver holds, says so."""
    (here / "weightlaw.yaml").write_text("osi_required: true")
    run("check", "glm-4.7", "--offline", "--today", "2020-01-01")
    assert "judged as of 2020-01-01, as typed" in " ".join(capsys.readouterr().out.split())


WAIVED = """\
organization: {monthly_active_users: 900M, headquarters: DE}
waivers:
  - {model: Qwen/Qwen2.5-72B-Instruct, revision: any, rule: WL202, reason: bought, approver: A. Berg, reference: C-14, expires: 2026-12-10}
  - {model: Qwen/Qwen2.5-72B-Instruct, revision: any, rule: WL301, reason: old, approver: A. Berg, reference: C-2, expires: 2026-01-10}
  - {model: Qwen/Qwen2.5-72B-Instruct, revision: any, rule: WL310, reason: none, approver: A. Berg, reference: C-3, expires: 2027-01-10}
duties_kept:
  - {duty: display, license: qwen-2024, file: NOTICE}
  - {duty: license_copy, license: qwen-2024, url: https://example.org/licence}
"""


def test_text_shows_waivers_and_kept_duties(here: Path, capsys: Capture) -> None:
    """Waived findings apart and counted, kept duties with their place, waivers that end or fit nothing."""
    (here / "weightlaw.yaml").write_text(WAIVED)
    (here / "NOTICE").write_text("Built with Qwen")
    qwen = ["check", "Qwen/Qwen2.5-72B-Instruct", "--offline", "--today", "2026-11-24"]
    assert run(*qwen, "--fine-tune", "--use", "weights", "--use", "feature") == 0
    text = capsys.readouterr().out
    assert "; 1 finding waived" in text.splitlines()[0]
    said = " ".join(text.split())
    for words in (
        "waived, so not counted (1): - WL202 standing-threshold (else denied), until 2026-12-10: "
        "bought (A. Berg, C-14) [weightlaw.yaml:3]",
        "At NOTICE: file checked [weightlaw.yaml:7]",
        "At https://example.org/licence: on record, not checked [weightlaw.yaml:8]",
        "kept (2):",
        "WL905 The waiver of WL301", "WL906 The waiver of WL202", "WL907 The waiver of WL310",
    ):  # fmt: skip
        assert words in said, words
    assert "note waived" not in said
    assert "note kept" not in said
    assert run(*qwen, "--format", "json") == 0
    notes = json.loads(capsys.readouterr().out)["models"][0]["notes"]
    assert any(note.startswith("waived 1 of 1: WL202") for note in notes)


def test_models_whose_waivers_differ_are_told_apart(here: Path, capsys: Capture) -> None:
    """The same answer for two models, one by a waiver of its own: each shows what it rests on."""
    (here / "weightlaw.yaml").write_text(WAIVED.replace("rule: WL301", "rule: WL202"))
    text = (here / "weightlaw.yaml").read_text().replace("2026-01-10", "2027-12-10")
    second = "model: Qwen/Qwen2.5-72B-Instruct, revision: any, rule: WL202, reason: old"
    (here / "weightlaw.yaml").write_text(
        text.replace(second, second.replace("72B-Instruct", "72B"))
    )
    run("check", "Qwen/Qwen2.5-72B-Instruct", "Qwen/Qwen2.5-72B", "--offline")
    said = capsys.readouterr().out
    assert "; 2 findings waived" in said
    assert "C-14" in said
    assert "C-2)" in said.replace("\n    ", " ")


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


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("osi_required: true\n", "1 rule of the house"),
        ("osi_required: true\nlicenses: {deny: [MIT]}\n", "2 rules of the house"),
        ("organization: {headquarters: DE}\n", "0 rules of the house"),
    ],
)
def test_validate_counts_short_forms_too(
    policy: str, said: str, here: Path, capsys: Capture
) -> None:
    (here / "weightlaw.yaml").write_text(policy, encoding="utf-8")
    assert main(["policy", "validate"]) == 0
    assert f"{said}, nothing to remark" in capsys.readouterr().out
