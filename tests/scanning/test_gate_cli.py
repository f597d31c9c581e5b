"""`weightlaw scan` as a pipeline meets it: the demonstration repository, exit codes, the policy of the base."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import jsonschema
import pytest

from tests.scanning.shared import commit, git, repository, tree
from weightlaw.cli import scan as command
from weightlaw.errors import UsageError, WeightlawError
from weightlaw.reports.scan_json import json_schema

Capture = pytest.CaptureFixture[str]
POLICY = """\
version: 1
organization:
  name: A large house
  headquarters: US
  monthly_active_users: 900M
deployment:
  use: [feature]
"""
APP = """\
from transformers import AutoModelForCausalLM

MODEL = "zai-org/GLM-4.7"


def load():
    return AutoModelForCausalLM.from_pretrained(MODEL)
"""
LLAMA = "meta-llama/Llama-4-Scout-17B-16E-Instruct"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration: a policy of 900M users on main, and a branch that turns to Llama 4."""
    root = repository(
        tmp_path / "demo", {"weightlaw.yaml": POLICY, "app/chat.py": APP, "README.md": "# Demo\n"}
    )
    git(root, "checkout", "-q", "-b", "llama")
    tree(root, {"app/chat.py": APP.replace("zai-org/GLM-4.7", LLAMA)})
    commit(root, "Use Llama 4")
    monkeypatch.chdir(root)
    for name in (
        "GITHUB_EVENT_PATH",
        "GITHUB_BASE_REF",
        "GITHUB_STEP_SUMMARY",
        "CI_DEFAULT_BRANCH",
    ):
        monkeypatch.delenv(name, raising=False)
    return root


def run(*args: str) -> int:
    """The exit code, as `weightlaw` would give it."""
    try:
        return command.run(command.parser().parse_args([*args, "--offline"]))
    except WeightlawError as error:
        return error.exit_code
    except SystemExit as error:
        return int(str(error.code))


def document(capsys: Capture, *args: str) -> dict[str, object]:
    """The JSON of a run, valid by its schema."""
    run(*args, "--format", "json")
    made: dict[str, object] = json.loads(capsys.readouterr().out)
    jsonschema.validate(made, json_schema())
    return made


def test_the_branch_fails_at_its_line(demo: Path, capsys: Capture) -> None:
    """The pull request that adds Llama 4 does not merge, and says where."""
    assert run("--base", "main", "--format", "github") == 1
    out = capsys.readouterr().out
    assert f"::error file=app/chat.py,line=3,col=10,endLine=3,endColumn={10 + len(LLAMA)}," in out
    assert "title=weightlaw WL201 release-date-threshold::" in out
    assert run("--base", "auto") == 1
    assert run() == 1


def test_main_passes(demo: Path) -> None:
    """Without the change nothing stands in the way."""
    git(demo, "checkout", "-q", "main")
    assert run() == 0
    assert run("--base", "auto") == 0


def test_a_change_without_models_passes(demo: Path, capsys: Capture) -> None:
    """Nothing new is said, and exits with 0, also with --require."""
    git(demo, "checkout", "-q", "-B", "docs", "main")
    tree(demo, {"app/other.py": "x = 1\n"})
    commit(demo, "other")
    assert run("--base", "main", "--require") == 0
    assert "0 models in 1 file changed since" in capsys.readouterr().out


def test_a_milder_policy_needs_a_review(demo: Path, capsys: Capture) -> None:
    """A branch that lowers the users to let Llama 4 through does not pass unseen."""
    tree(demo, {"weightlaw.yaml": POLICY.replace("900M", "9M")})
    commit(demo, "fewer users")
    assert run("--base", "main") == 4
    assert (
        "makes the verdict on meta-llama/Llama-4-Scout-17B-16E-Instruct milder: denied before"
        in " ".join(capsys.readouterr().out.split())
    )
    assert run("--base", "main", "--fail-on", "deny") == 0


def test_a_removed_policy_needs_a_review(demo: Path) -> None:
    """Deleting the file is a change of it."""
    (demo / "weightlaw.yaml").unlink()
    commit(demo, "no policy")
    assert run("--base", "main") == 4


def test_a_stricter_policy_tells_what_it_worsens(demo: Path, capsys: Capture) -> None:
    """Models that were there and are now denied are told at their lines."""
    git(demo, "checkout", "-q", "main")
    tree(
        demo, {"app/old.py": f'MODEL = "{LLAMA}"\n', "weightlaw.yaml": POLICY.replace("900M", "9M")}
    )
    commit(demo, "small")
    git(demo, "checkout", "-q", "-B", "grow")
    tree(demo, {"weightlaw.yaml": POLICY})
    commit(demo, "we grew")
    made = document(capsys, "--base", "main")
    assert made["verdict"] == "denied"
    refs = made["references"]
    assert isinstance(refs, list)
    assert [(r["file"], r["line"]) for r in refs] == [("app/old.py", 1)]
    assert made["policy_changes"] == [
        {"model": LLAMA, "before": "conditional", "after": "denied", "file": "weightlaw.yaml"}
    ]


WAIVER = """\
waivers:
  - model: meta-llama/Llama-4-Scout-17B-16E-Instruct
    revision: any
    rule: WL201
    reason: a licence of our own
    approver: A. Berg, General Counsel
    reference: CONTRACT-1
    expires: 2099-06-30
"""


def test_a_waiver_on_the_base_passes(demo: Path, capsys: Capture) -> None:
    """What somebody answers for, and it is said."""
    git(demo, "checkout", "-q", "main")
    tree(demo, {"weightlaw.yaml": POLICY + WAIVER})
    commit(demo, "waived")
    git(demo, "checkout", "-q", "llama")
    git(demo, "merge", "-q", "--no-edit", "main")
    for form in ("text", "github", "markdown"):
        assert run("--base", "main", "--format", form) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert "1 waived" in out
        assert "A. Berg, General Counsel" in out


def test_a_change_cannot_excuse_itself(demo: Path) -> None:
    """A waiver that comes with the change does not count for it."""
    tree(demo, {"weightlaw.yaml": POLICY + WAIVER})
    commit(demo, "waived by ourselves")
    assert run() == 0
    assert run("--base", "main") == 1


def test_a_policy_in_pyproject_counts(demo: Path) -> None:
    """Moving the policy there and making it milder on the way is seen."""
    (demo / "weightlaw.yaml").unlink()
    tree(demo, {"pyproject.toml": '[tool.weightlaw.organization]\nmonthly_active_users = "9M"\n'})
    commit(demo, "moved")
    assert run("--base", "main") == 4


def test_a_policy_that_the_base_lacked(demo: Path) -> None:
    """The first policy is judged against none."""
    git(demo, "checkout", "-q", "main")
    (demo / "weightlaw.yaml").unlink()
    commit(demo, "none")
    git(demo, "checkout", "-q", "-B", "first")
    tree(demo, {"weightlaw.yaml": POLICY})
    assert run("--base", "main") == 0


def test_what_a_policy_extends_counts_too(demo: Path) -> None:
    """A milder file that the policy extends makes it milder."""
    git(demo, "checkout", "-q", "main")
    tree(
        demo,
        {
            "weightlaw.yaml": "extends: [{file: rules/org.yaml}]\n",
            "rules/org.yaml": POLICY,
            "app/l.py": f'MODEL = "{LLAMA}"\n',
        },
    )
    commit(demo, "split")
    git(demo, "checkout", "-q", "-B", "milder")
    assert run("--base", "main") == 0
    tree(demo, {"rules/org.yaml": POLICY.replace("900M", "9M")})
    commit(demo, "fewer users")
    assert run("--base", "main") == 4


def test_an_unreadable_policy_of_the_base_is_an_error(demo: Path) -> None:
    """It is neither ignored nor a finding."""
    git(demo, "checkout", "-q", "main")
    tree(demo, {"weightlaw.yaml": "nonsense: 1\n"})
    commit(demo, "broken")
    git(demo, "checkout", "-q", "-B", "fix")
    tree(demo, {"weightlaw.yaml": POLICY})
    with pytest.raises(UsageError, match="policy of the base"):
        command.run(command.parser().parse_args(["--base", "main", "--offline"]))


def test_json_has_the_documented_form(demo: Path, capsys: Capture) -> None:
    """`references` with exactly these keys, then models and verdict."""
    made = document(capsys)
    assert made["schema"] == "weightlaw.scan/1"
    assert made["references"] == [
        {
            "file": "app/chat.py",
            "line": 3,
            "column": 10,
            "reference": LLAMA,
            "model": LLAMA,
            "revision": None,
            "pin": "none",
            "finder": "python",
            "certainty": "runtime",
        }
    ]
    assert made["verdict"] == "denied"
    listed = document(capsys, "--list")
    assert (listed["models"], listed["verdict"]) == ([], None)
    assert listed["references"] == made["references"]


def test_the_schema_in_docs_is_current() -> None:
    """`docs/scan.schema.json` is made from the type."""
    stored = Path(__file__).parents[2] / "docs" / "scan.schema.json"
    assert json.loads(stored.read_text(encoding="utf-8")) == json.loads(json.dumps(json_schema()))


def test_nothing_found(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and exits with 0; with --require 3."""
    monkeypatch.chdir(tree(tmp_path, {"a.py": "x = 1\n", "b.py": "y = 2\n"}))
    assert run() == 0
    assert capsys.readouterr().out.startswith("0 models in 2 files")
    assert run("--require") == 3


def test_only_runtime_fails_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documentation and comments are told; --include-docs judges them."""
    monkeypatch.chdir(tree(tmp_path, {"README.md": f"Try {LLAMA} with care.\n"}))
    assert run("--mau", "900M") == 0
    assert run("--mau", "900M", "--include-docs") == 1


def test_unknown_models_are_reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone and among others; a name that is no name at all too."""
    monkeypatch.chdir(tree(tmp_path, {"a.py": 'model = "corner-bakery/rye-7b"\n'}))
    assert run() == 4
    tree(tmp_path, {"b.py": 'model = "zai-org/GLM-4.7"\n'})
    assert run() == 4
    assert run("--fail-on", "deny") == 0


def test_wide_tells_more_and_judges_no_more(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table's key that is a known model's id."""
    monkeypatch.chdir(tree(tmp_path, {"a.py": f'# model\nPRICES = {{"{LLAMA}": 3}}\n'}))
    assert document(capsys)["references"] == []
    wide = document(capsys, "--wide")["references"]
    assert isinstance(wide, list)
    assert [(r["finder"], r["certainty"], r["model"]) for r in wide] == [("wide", "dynamic", LLAMA)]
    assert run("--wide", "--mau", "900M") == 0


def test_baseline_round_trip(demo: Path, capsys: Capture) -> None:
    """Written once, what is there passes; what comes later does not."""
    assert run("--write-baseline", "base.json") == 0
    assert run("--baseline", "base.json") == 0
    assert "1 accepted by the baseline" in capsys.readouterr().out
    tree(demo, {"app/more.py": f'MODEL = "{LLAMA}"\n'})
    assert run("--baseline", "base.json") == 1


def test_problems_exit_with_2(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be read is no pass."""
    from weightlaw.scanning import engine

    monkeypatch.chdir(tree(tmp_path, {"a.py": 'model = "zai-org/GLM-4.7"\n'}))

    def refuse(path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(engine, "read", refuse)
    assert run() == 2
    assert "a.py: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [("no-such-folder",), ("--base", "nowhere"), ("--also", "sarif"), ("--also", "pdf=x"), ("--jobs", "0"), ("--baseline", "none.json"), ("--format", "pdf")],
)  # fmt: skip
def test_usage_errors(demo: Path, args: tuple[str, ...]) -> None:
    """All of them are 2."""
    assert run(*args) == 2


def test_several_formats_from_one_run(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--also` writes files beside the output, and GitHub's summary grows."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    code = run(
        "--format",
        "github",
        "--also",
        f"sarif={tmp_path}/a.sarif",
        "--also",
        f"junit={tmp_path}/a.xml",
        "-o",
        str(tmp_path / "log"),
    )
    assert code == 1
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "a.xml").read_text().startswith("<?xml")
    assert "weightlaw: DENIED" in (tmp_path / "summary.md").read_text()


def test_this_repository_is_green_for_the_right_reason(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own code uses no model; what its documentation tells is not judged."""
    root = Path(__file__).parents[2]
    monkeypatch.chdir(root)
    knowledge = (
        "src/weightlaw/lineage",
        "src/weightlaw/scores",
        "packages.py",
        "code.py",
        "python_calls.py",
    )
    """Tables of facts about models: they name them and load none."""
    left_out = [f"--exclude={glob}" for glob in knowledge]
    made = document(capsys, "src", "ci", "action.yml", "--no-policy", *left_out)
    refs = made["references"]
    assert isinstance(refs, list)
    runs = [(r["file"], r["line"], r["reference"]) for r in refs if r["certainty"] == "runtime"]
    assert runs == []
    assert made["verdict"] is None


def test_mode_of_scripts() -> None:
    """The scripts of ci/ can be run."""
    for name in ("gate.sh", "install.sh"):
        mode = (Path(__file__).parents[2] / "ci" / name).stat().st_mode
        assert mode & stat.S_IXUSR, name
