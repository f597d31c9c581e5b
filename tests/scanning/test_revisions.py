"""Revisions: what a reference pins itself to, in every form, and what that is worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanning.shared import repository, scan_texts, tree
from tests.scanning.test_gate_cli import Capture, document, run

A = "5b0bbfa3ffeea7d8ae2f2c3ae5ad8e2d0f0b2a11"
GLM = "zai-org/GLM-4.7"
FORMS = [
    ("a.py", f'AutoModel.from_pretrained("{GLM}", revision="{A}")', A, "commit"),
    ("a.py", f'R = "{A}"\nM = "{GLM}"\nAutoModel.from_pretrained(M, revision=R)', A, "commit"),
    ("a.py", f'AutoModel.from_pretrained("{GLM}", revision="main")', "main", "name"),
    ("a.py", f'AutoModel.from_pretrained("{GLM}", revision="v1.0")', "v1.0", "name"),
    (
        "a.py",
        f'AutoModel.from_pretrained("{GLM}", revision=args.rev)',
        "args.rev",
        "dynamic",
    ),
    ("a.py", f'AutoModel.from_pretrained("{GLM}", revision=None)', None, "none"),
    ("a.py", f'AutoModel.from_pretrained("{GLM}")', None, "none"),
    ("a.py", f'snapshot_download(repo_id="{GLM}", revision="{A[:9]}")', A[:9], "commit"),
    ("a.py", f'C = {{"model": "{GLM}", "revision": "{A}"}}', A, "commit"),
    ("a.py", f'class S:\n    model_name: str = "{GLM}"\n    model_revision: str = "{A}"', A, "commit"),
    ("a.py", f'class S:\n    model_name: str = "{GLM}"\n    dataset_revision: str = "{A}"', None, "none"),
    (
        "a.py",
        f'M = "{GLM}"\nAutoModel.from_pretrained(M, revision="{A}")\nAutoTokenizer.from_pretrained(M)',
        None,
        "none",
    ),
    ("a.py", f'load("{GLM}@{A}", model="{GLM}@{A}")', A, "commit"),
    ("a.sh", f"hf download {GLM} --revision {A} --local-dir x", A, "commit"),
    ("a.sh", f"vllm serve {GLM} \\\n  --port 1 \\\n  --revision {A}", A, "commit"),
    ("a.sh", f'vllm serve {GLM} --revision "$REV"', "$REV", "dynamic"),
    ("a.sh", f"vllm serve {GLM}\nvllm serve x --revision {A}", None, "none"),
    ("a.sh", f"curl https://huggingface.co/{GLM}/resolve/{A}/m.gguf", A, "commit"),
    ("a.sh", f"curl https://huggingface.co/{GLM}/resolve/main/m.gguf", "main", "name"),
    ("Dockerfile", f"FROM x\nARG MODEL_ID={GLM}\nARG MODEL_REVISION={A}", A, "commit"),
    ("Dockerfile", f"FROM x\nARG MODEL_ID={GLM}\nARG GIT_SHA={A}", None, "none"),
    ("Dockerfile", f'FROM x\nCMD ["--model", "{GLM}", "--revision", "{A}"]', A, "commit"),
    (".env", f"MODEL_ID={GLM}\nMODEL_REVISION={A}\n", A, "commit"),
    ("a.yaml", f"model:\n  name: {GLM}\n  revision: {A}", A, "commit"),
    ("a.yaml", f"models:\n  - revision: {A}\n    model: x\n  - model: {GLM}", None, "none"),
    ("a.yaml", f"models:\n  - model: {GLM}\n    commit_hash: '{A}'\n  - model: x", A, "commit"),
    ("a.yaml", f"args:\n  - --model\n  - {GLM}\n  - --revision\n  - {A}", A, "commit"),
    ("a.yaml", f"model: {GLM}\nother:\n  revision: {A}", None, "none"),
    ("a.toml", f'[model]\nid = "{GLM}"\nrevision = "{A}"', A, "commit"),
    ("a.toml", f'[model]\nid = "{GLM}"\n[code]\nrevision = "{A}"', None, "none"),
    ("a.json", json.dumps({"base_model": GLM, "revision": A}), A, "commit"),
    ("a.json", json.dumps({"base_model": GLM, "app": {"git_revision": A}}), None, "none"),
    ("a.ts", f'await pipeline("text-generation", "{GLM}", {{ revision: "{A}" }});', A, "commit"),
    ("a.ts", f'await pipeline("text-generation", "{GLM}", {{ revision: REV }});', "REV", "dynamic"),
    (
        "a.rs",
        f'Repo::with_revision("{GLM}".to_string(), RepoType::Model, "refs/pr/1".to_string())',
        "refs/pr/1",
        "name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "revision", "pin"), FORMS)
def test_forms(tmp_path: Path, name: str, text: str, revision: str | None, pin: str) -> None:
    """As written, with what it is worth; nothing near it is taken for it."""
    scanned = scan_texts(tmp_path, {name: f"{text}\n"})
    refs = [f.reference for f in scanned.found if f.reference.model == GLM]
    assert {(r.revision, r.pin) for r in refs} == {(revision, pin)}


def test_check_is_asked_for_the_revision(tmp_path: Path) -> None:
    """Commits and names; what is only known at run time, and the default branch, are not asked for."""
    scanned = scan_texts(
        tmp_path,
        {f"{n}.sh": f"hf download {GLM} --revision {r}\n" for n, r in enumerate((A, "v1", "main", "$R"))},
    )  # fmt: skip
    assert [f.ask for f in scanned.found] == [f"{GLM}@{A}", f"{GLM}@v1", GLM, GLM]


HOUSE = """\
version: 1
rules:
  pinned:
    reason: We deploy what we looked at.
    review: {unpinned: true}
"""


@pytest.mark.parametrize(("revision", "code"), [(A, 0), ("main", 4), ("v1.0", 4), ("$REV", 4)])
def test_house_rules_see_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str, code: int
) -> None:
    """A rule against unpinned models lets only commits pass."""
    tree(
        tmp_path,
        {"weightlaw.yaml": HOUSE, "a.sh": f'hf download {GLM} --revision "{revision}"\n'},
    )
    monkeypatch.chdir(tmp_path)
    assert run() == code


def test_a_pin_here_does_not_hide_that_there_is_none_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Offline both answers rest on the same facts; what is said of them differs."""
    files: dict[str, str | bytes] = {
        "weightlaw.yaml": HOUSE,
        "a.sh": f"hf download {GLM} --revision {A}\nhf download {GLM}\n",
    }
    monkeypatch.chdir(tree(tmp_path, files))
    made = document(capsys)
    models = made["models"]
    assert isinstance(models, list)
    assert sorted(m["verdict"] for m in models) == ["allowed", "review"]
    assert made["verdict"] == "review"


def test_a_change_that_only_moves_a_pin_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Other weights under the same name, and a dropped pin, are reported."""
    text = f'AutoModel.from_pretrained("{GLM}", revision="{A}")\n'
    root = repository(tmp_path, {"a.py": text})
    monkeypatch.chdir(root)
    assert document(capsys, "--base", "HEAD")["references"] == []
    tree(root, {"a.py": text.replace(A, A[::-1])})
    made = document(capsys, "--base", "HEAD")["references"]
    assert isinstance(made, list)
    assert [r["revision"] for r in made] == [A[::-1]]
    tree(root, {"a.py": text.replace(f', revision="{A}"', "")})
    made = document(capsys, "--base", "HEAD")["references"]
    assert isinstance(made, list)
    assert [r["pin"] for r in made] == ["none"]
