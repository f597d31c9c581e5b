"""The action, the hooks and the template, as far as a machine without those services can try them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.scanning.shared import ENV, commit, git, repository, tree

ROOT = Path(__file__).parents[2]
LLAMA = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
POLICY = "organization:\n  monthly_active_users: 900M\n  headquarters: US\n"
SHIM = """#!{python}
import sys
sys.path.insert(0, {source!r})
from weightlaw.cli import main
main.COMMANDS.setdefault("scan", "the merge gate")
sys.exit(main.main())
"""


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder with a `weightlaw` in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "weightlaw"
    script.write_text(SHIM.format(python=sys.executable, source=str(ROOT / "src")))
    script.chmod(0o755)
    return folder


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A branch that adds Llama 4."""
    root = repository(tmp_path / "demo", {"weightlaw.yaml": POLICY, "a.py": "x = 1\n"})
    git(root, "checkout", "-q", "-b", "llama")
    tree(root, {"a.py": f'MODEL = "{LLAMA}"\n'})
    commit(root, "llama")
    return root


def gate(demo: Path, commands: Path, tmp_path: Path, **given: str) -> tuple[int, str, str]:
    """Run the action's step: exit code, log, outputs."""
    outputs = tmp_path / "outputs"
    outputs.write_text("")
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps({"pull_request": {"base": {"sha": git(demo, "rev-parse", "main").strip()}}})
    )
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = {key: str(value.get("default", "")) for key, value in action["inputs"].items()}
    inputs |= {"offline": "true", "sarif": str(tmp_path / "w.sarif")} | given
    step = action["runs"]["steps"][1]
    env = {
        name: inputs[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, text in step["env"].items()
    }
    env |= {
        **{k: v for k, v in os.environ.items() if k not in ("GITHUB_BASE_REF",)},
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_EVENT_PATH": str(event),
    } | env
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=demo,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, outputs.read_text()


def test_the_action_fails_the_pull_request(demo: Path, commands: Path, tmp_path: Path) -> None:
    """Annotations, outputs, SARIF and a summary from the step as it stands in action.yml."""
    code, log, outputs = gate(demo, commands, tmp_path)
    assert code == 1, log
    assert "::error file=a.py,line=1,col=10," in log
    assert outputs == f"verdict=denied\nsarif={tmp_path}/w.sarif\n"
    assert json.loads((tmp_path / "w.sarif").read_text())["runs"][0]["results"]
    assert "DENIED" in (tmp_path / "summary.md").read_text()


def test_the_action_passes_options_on(demo: Path, commands: Path, tmp_path: Path) -> None:
    """One word a line; a smaller house may use it."""
    code, log, outputs = gate(demo, commands, tmp_path, options="--mau=9M\n--include=*.py\n")
    assert code == 0, log
    assert outputs.startswith("verdict=conditional\n")


@pytest.mark.parametrize("name", ["base", "policy", "options", "paths", "fail-on", "sarif"])
@pytest.mark.parametrize(
    "value",
    [
        "$(touch owned)",
        "`touch owned`",
        "x; touch owned",
        '"; touch owned; "',
        "--help\ntouch owned",
    ],
)
def test_inputs_are_never_run(
    demo: Path, commands: Path, tmp_path: Path, name: str, value: str
) -> None:
    """Whatever an input holds is an argument, and mostly a wrong one."""
    gate(demo, commands, tmp_path, **{name: value})
    assert not (demo / "owned").exists()


def test_the_action_has_no_expression_in_a_script() -> None:
    """Inputs come through the environment only; no other action is used."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    for step in action["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert "uses" not in step
    assert all(i.get("description") for i in action["inputs"].values())


def tool(name: str) -> str:
    """A linter from this environment or the path; the test is skipped where there is none."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture
def workflows(tmp_path: Path) -> list[Path]:
    """The repository's own workflows, and the one of docs/ci.md with its gaps filled."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (shown,) = [
        b for b in re.findall(r"```yaml\n(.*?)```", page, re.S) if "\non: pull_request" in b
    ]
    filled = shown.replace("OWNER/weightlaw@COMMIT", f"acme/weightlaw@{'a' * 40}")
    path = tmp_path / ".github" / "workflows" / "models.yml"
    path.parent.mkdir(parents=True)
    path.write_text(filled.replace("@COMMIT", f"@{'b' * 40}"), encoding="utf-8")
    return [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), path]


def lint(command: list[str]) -> None:
    """Run a linter that has to have nothing to say."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_has_nothing_to_say(workflows: list[Path]) -> None:
    """The action and the workflows, by the linter of their security."""
    files = [str(ROOT / "action.yml"), *map(str, workflows)]
    lint([tool("zizmor"), "--offline", "--no-progress", "--no-online-audits", *files])


def test_actionlint_has_nothing_to_say(workflows: list[Path]) -> None:
    """The workflows, by the linter of their syntax and expressions."""
    lint([tool("actionlint"), "-no-color", *map(str, workflows)])


def test_shellcheck_has_nothing_to_say() -> None:
    """Every script that a pipeline runs."""
    scripts = [*sorted((ROOT / "ci").glob("*.sh")), ROOT / ".ci" / "run"]
    lint([tool("shellcheck"), "--severity=style", *map(str, scripts)])


def test_workflows_follow_their_schema(workflows: list[Path]) -> None:
    """SchemaStore's, as check-jsonschema ships it."""
    shipped = pytest.importorskip("check_jsonschema")
    import jsonschema

    vendor = Path(shipped.__file__).parent / "builtin_schemas" / "vendor"
    schema = json.loads((vendor / "github-workflows.json").read_text(encoding="utf-8"))
    for path in workflows:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        plain = {"on" if key is True else key: value for key, value in document.items()}
        jsonschema.validate(plain, schema)


def test_the_action_and_the_template_follow_their_schemas() -> None:
    """The schemas of SchemaStore and GitLab, as check-jsonschema ships them."""
    shipped = pytest.importorskip("check_jsonschema")
    import jsonschema

    schemas = Path(shipped.__file__).parent / "builtin_schemas" / "vendor"
    template = list(
        yaml.safe_load_all((ROOT / "ci" / "gitlab-template.yml").read_text(encoding="utf-8"))
    )
    for name, document in (
        ("github-actions", yaml.safe_load((ROOT / "action.yml").read_text())),
        ("gitlab-ci", template[1]),
    ):
        jsonschema.validate(
            document, json.loads((schemas / f"{name}.json").read_text(encoding="utf-8"))
        )


def test_the_hooks_are_offline_and_complete() -> None:
    """Two hooks: the whole repository, and the files of a commit."""
    hooks = {
        h["id"]: h
        for h in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }
    assert set(hooks) == {"weightlaw", "weightlaw-changed"}
    assert all(
        "--offline" in h["entry"] and h["language"] == "python" and h["require_serial"]
        for h in hooks.values()
    )
    assert hooks["weightlaw"]["pass_filenames"] is False
    assert hooks["weightlaw-changed"]["pass_filenames"] is True


@pytest.mark.parametrize("hook", ["weightlaw", "weightlaw-changed"])
def test_pre_commit_for_real(demo: Path, commands: Path, tmp_path: Path, hook: str) -> None:
    """`pre-commit run` with the manifest's own hook; only its language is the system's, for no package index is there."""
    pytest.importorskip("pre_commit")
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hooks = [
        {k: v for k, v in h.items() if k != "minimum_pre_commit_version"} | {"language": "system"}
        for h in manifest
    ]
    tree(
        demo,
        {".pre-commit-config.yaml": yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})},
    )
    git(demo, "add", "-A")
    env = {
        **os.environ,
        **ENV,
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
    }

    def ran() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files"]
        return subprocess.run(
            command, cwd=demo, env=env, capture_output=True, text=True, check=False
        )

    first = ran()
    assert first.returncode == 1, first.stdout + first.stderr
    assert "DENIED" in first.stdout
    tree(demo, {"a.py": 'MODEL = "zai-org/GLM-4.7"\n'})
    git(demo, "add", "-A")
    second = ran()
    assert second.returncode == 0, second.stdout + second.stderr
