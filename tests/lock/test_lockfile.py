"""The file itself: its form, its checksums, and what becomes of files that are none, or none any more."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from weightlaw.catalog.store import load
from weightlaw.cli.main import main
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import DataError, UsageError, WeightlawError
from weightlaw.lineage.binding import Subject
from weightlaw.lockfile.answering import check_locked
from weightlaw.lockfile.making import make_lock
from weightlaw.lockfile.reading import open_lock, parse_lock
from weightlaw.lockfile.restoring import subject_of
from weightlaw.lockfile.writing import render, write_whole
from weightlaw.policy.house import House

Capture = pytest.CaptureFixture[str]
NAMES = ("llama4", "glm-4.7", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B")
LOCK = Path("weightlaw.lock")


def written(*names: str, mau: int = 5_000_000, date: str = "2026-11-24") -> str:
    """The lock of some models of the catalogue, as text."""
    deployment = Deployment(mau=mau)
    return render(make_lock(names or NAMES, deployment, House(), load(), date=date))


def resealed(text: str) -> str:
    """The same lock with fresh checksums: what a newer or older weightlaw would have written."""
    from weightlaw import plainyaml
    from weightlaw.lockfile.checksums import sealed
    from weightlaw.lockfile.yamltext import emit

    data = plainyaml.parse(text, "x").data
    data = {k: v for k, v in data.items() if k != "checksum"}
    for part in (*data["models"], *data["licenses"].values()):
        part.pop("checksum", None)
    return emit(sealed(data))


def test_same_bytes() -> None:
    """The same inputs give the same bytes, in whatever order the models were named."""
    assert written(*NAMES) == written(*reversed(NAMES))
    other = written(date="2026-11-25").splitlines()
    moved = [a for a, b in zip(written().splitlines(), other, strict=True) if a != b]
    assert [line.split(":")[0] for line in moved] == ["date", "checksum"]


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Also where hashes of strings fall otherwise."""
    found = set()
    for seed in ("1", "2"):
        code = (
            "from tests.lock.test_lockfile import written; import sys; sys.stdout.write(written())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_form() -> None:
    """One fact a line; sorted; ends with the checksum."""
    text = written()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[0] == "lock: 1"
    assert re.match(r"checksum: sha256:[0-9a-f]{64}\Z", lines[-1])
    models = re.findall(r"^  model: (.+)$", text, re.MULTILINE)
    assert models == sorted(models, key=str.lower)
    licenses = re.findall(r"^  (\S+):$", text.partition("\nlicenses:")[2], re.MULTILINE)
    assert licenses == sorted(licenses)
    assert not any(re.search(r"[{[].*,.*[]}]\Z", line) for line in lines if '"' not in line)


def test_one_more_model_only_adds_lines() -> None:
    """What was there stays as it was, but for the last line."""
    few = written("glm-4.7").splitlines()[:-1]
    many = iter(written("glm-4.7", "llama4").splitlines())
    assert all(line in many for line in few)


def test_every_part_of_a_subject_is_kept() -> None:
    """All that the rules may read survives. A new field of `Subject` must be locked too, then named here."""
    assert set(Subject.__struct_fields__) == {
        *("id", "bindings", "gaps", "bases", "modalities", "gated", "revision", "source", "as_of"),
        *("notes", "quantization", "datasets", "losses"),
    }
    lock = parse_lock(written().encode(), "x").lock
    for model in lock.models:
        subject = subject_of(model, lock)
        assert [b.entry.id for b in subject.bindings] == [
            lock.licenses[b.license].id for b in model.licenses
        ]


def test_answers_as_live() -> None:
    """Of the whole catalogue: the lock gives the verdict, findings and duties that the models themselves give."""
    from weightlaw.checking import check

    names = sorted(load().model_ids())[::17]
    deployment = Deployment(mau=800_000_000, headquarters="DE", markets=("KR",), uses=("service",))
    lock = make_lock(names, deployment, House(), load(), date="2026-11-24")
    opened = parse_lock(render(lock).encode(), "weightlaw.lock")
    locked = check_locked(names, opened, deployment)
    for mine, theirs in zip(locked.models, check(names, deployment).models, strict=True):
        assert (mine.verdict, mine.findings) == (theirs.verdict, theirs.findings)
        assert (mine.duties, mine.unknowns) == (theirs.duties, theirs.unknowns)
        assert (mine.licenses, mine.bases) == (theirs.licenses, theirs.bases)


def test_comments_and_line_ends_are_no_edit() -> None:
    """What version control does to a file is not what a hand does."""
    text = written("glm-4.7")
    changed = "# ours\r\n" + text.replace("\n", "\r\n")
    assert parse_lock(changed.encode(), "x").edits == ()
    assert parse_lock(b"\xef\xbb\xbf" + text.encode(), "x").edits == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 700000000", "value: 900000000", "700,000,000 became 900,000,000"),
        ("  family: llama4", "  family: other", "what it says of meta-llama/Llama-4"),
        ("mau: 5000000", "mau: 4000000", "its deployment, policy or date"),
        ("    name: MIT License", "    name: MIT", "the licence MIT, but none of its terms"),
    ],
)
def test_edited_by_hand(old: str, new: str, said: str, capsys: Capture) -> None:
    """Check and verify say that it was edited and what; the answer is never better than a review."""
    text = written()
    assert old in text
    LOCK.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert main(["check", "--locked", "glm-4.7", "--format", "json"]) == 4
    (model,) = json.loads(capsys.readouterr().out)["models"]
    assert model["findings"][0]["rule"] == "WL701"
    assert said in model["findings"][0]["message"]
    assert main(["verify", "--offline"]) in (1, 4)
    out = " ".join(capsys.readouterr().out.split())
    assert "weightlaw.lock was edited by hand" in out
    assert said in out


def test_edited_verdict_is_found(capsys: Capture) -> None:
    """A milder verdict written into the lock is answered by the true one, and fails."""
    text = written("llama4", mau=900_000_000)
    LOCK.write_text(text.replace("verdict: denied", "verdict: allowed"), encoding="utf-8")
    assert main(["check", "--locked"]) == 1
    assert main(["verify", "--offline"]) == 1
    assert "allowed -> denied" in capsys.readouterr().out


def test_newer_version(capsys: Capture) -> None:
    """A lock of a later format: one line on what to do, 2, and it is not overwritten."""
    newer = written("glm-4.7").replace("lock: 1\n", "lock: 2\n").replace('"0.1.0"', '"9.0.0"')
    LOCK.write_text(newer, encoding="utf-8")
    for args in (
        ["check", "--locked"],
        ["verify", "--offline"],
        ["lock", "glm-4.7", "--offline"],
    ):
        assert main(args) == 2
        err = capsys.readouterr().err
        assert "a lock of version 2, written by weightlaw 9.0.0" in err
        assert "upgrade weightlaw" in err
    assert LOCK.read_text(encoding="utf-8") == newer


def test_newer_vocabulary(capsys: Capture) -> None:
    """A term that this weightlaw does not know is never ignored: it could be a restriction."""
    text = written("glm-4.7").replace('weightlaw: "0.1.0"', 'weightlaw: "9.0.0"')
    text = text.replace("    terms:\n", "    terms:\n      moon_landing:\n        section: a\n", 1)
    LOCK.write_text(resealed(text), encoding="utf-8")
    assert main(["check", "--locked"]) == 2
    err = capsys.readouterr().err
    assert "unknown field `moon_landing`" in err
    assert "written by weightlaw 9.0.0, this is 0.1.0" in err


def test_older_knowledge(capsys: Capture) -> None:
    """Terms that were known otherwise: the lock is used as it stands, and the difference is said."""
    text = written("llama4").replace("value: 700000000", "value: 4000000", 1)
    text = re.sub(r'\nknowledge: "[^"]+"', '\nknowledge: "2025-01-01"', text)
    LOCK.write_text(resealed(text), encoding="utf-8")
    assert (
        main(["check", "--locked", "--headquarters", "US", "--mau", "5M", "--format", "json"]) == 1
    )
    model = json.loads(capsys.readouterr().out)["models"][0]
    assert model["verdict"] == "denied"
    (said,) = [f["message"] for f in model["findings"] if f["rule"] == "WL702"]
    assert "monthly active users: 4,000,000 became 700,000,000" in said
    assert any("rests on the knowledge of 2025-01-01" in n for n in model["notes"])
    capsys.readouterr()
    main(["verify", "--offline", "--format", "json"])
    changes = json.loads(capsys.readouterr().out)["models"][0]["changes"]
    assert {c["cause"] for c in changes} == {"weightlaw"}
    assert {c["kind"] for c in changes} == {"term", "policy"}


def test_cut_short_anywhere() -> None:
    """A lock that ends too early never reads as a lock: its checksum stands last."""
    text = written("glm-4.7")
    lines = text.splitlines(keepends=True)
    for count in range(len(lines)):
        with pytest.raises(WeightlawError):
            parse_lock("".join(lines[:count]).encode(), "x")
    for size in range(0, len(text) - 1, 97):
        with pytest.raises(WeightlawError):
            parse_lock(text[:size].encode(), "x")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"{}",
        b"[]",
        b"lock: 1",
        b"lock: yes",
        b"lock: 0",
        b"lock: -1",
        b"lock: [1]",
        b"lock: 99999999999999999999999999999999999999999999999999",
        b"lock: 1\nlock: 1\nchecksum: x",
        b"lock: !!python/object:os.system 1",
        b"a: &a [" + b"*a," * 5 + b"]\nlock: 1",
        b"[" * 5000,
        b"lock: 1\nmodels: []\nchecksum: sha256:" + b"0" * 64,
        b'lock: 1\n"\\e[31mred": 1\ndate: x\nchecksum: sha256:' + b"0" * 64,
        "lock: 1\nchecksum: sha256:\u0660".encode(),
    ],
)
def test_hostile(content: bytes, capsys: Capture) -> None:
    """What is no lock is said to be none, in a few printable lines."""
    with pytest.raises((DataError, UsageError)):
        parse_lock(content, "weightlaw.lock")
    LOCK.write_bytes(content)
    assert main(["check", "--locked"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("weightlaw: weightlaw.lock")
    assert err.replace("\n", "").isprintable()
    assert len(err) < 9000


def test_alias_bomb() -> None:
    """Aliases that grow without end are refused at once."""
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )
    with pytest.raises(WeightlawError):
        parse_lock(f"lock: 1\n{bomb}".encode(), "x")


def test_dangling_and_doubled() -> None:
    """A licence that is not there, and a model that is there twice, with good checksums."""
    text = written("glm-4.7")
    with pytest.raises(DataError, match="'MITX' binds a model and is not in `licenses`"):
        parse_lock(resealed(text.replace("- license: MIT", "- license: MITX")).encode(), "x")
    model = text[text.index("- reference") : text.index("licenses:\n  MIT")]
    with pytest.raises(DataError, match="is there twice"):
        parse_lock(resealed(text.replace(model, model * 2)).encode(), "x")


def test_not_in_the_lock(capsys: Capture) -> None:
    """A model that nobody locked was not checked: 3, nothing on standard output."""
    LOCK.write_text(written("glm-4.7"), encoding="utf-8")
    assert main(["check", "--locked", "weightlaw.lock", "glm-4.7", "qwen3", "org/x"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "not in weightlaw.lock: 'qwen3', 'org/x'" in err
    assert main(["check", "glm-4.7", "--locked", "other.lock"]) == 2
    assert "no such file" in capsys.readouterr().err
    assert main(["check"]) == 2
    assert "no model was named" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["llama4", "Llama 4", "meta-llama/Llama-4-Scout-17B-16E-Instruct"])
def test_names_in_the_lock(name: str) -> None:
    """A model is found by any of its spellings, and by its id."""
    LOCK.write_text(written("llama4", mau=900_000_000), encoding="utf-8")
    assert main(["check", name, "--locked"]) == 1
    assert main(["check", "--locked", name]) == 1


def test_the_locked_deployment_counts_only_where_none_is_given(capsys: Capture) -> None:
    """And the answer says so."""
    LOCK.write_text(written("llama4", mau=900_000_000), encoding="utf-8")
    assert main(["check", "--locked"]) == 1
    assert "the deployment that weightlaw.lock holds" in " ".join(capsys.readouterr().out.split())
    assert main(["check", "--locked", "--headquarters", "US", "--mau", "5M"]) == 0
    assert "the deployment that" not in " ".join(capsys.readouterr().out.split())


def test_check_locked_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network, whatever was locked."""
    import socket

    LOCK.write_text(written(), encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert main(["check", "--locked"]) == 4


def test_unknown_model_is_not_locked(capsys: Capture) -> None:
    """All models or none."""
    assert main(["lock", "glm-4.7", "lama4", "org/unheard-of", "--offline"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "'lama4'" in err
    assert "llama4" in err
    assert "'org/unheard-of'" in err
    assert "nothing was written" in err
    assert not LOCK.exists()


def test_lock_anew(capsys: Capture) -> None:
    """Without models: those of the lock that is there, in its deployment. An edited lock is no source."""
    assert main(["lock"]) == 2
    assert main(["lock", *NAMES, "--mau", "5M", "--offline", "--date", "2026-11-24"]) == 0
    first = LOCK.read_text(encoding="utf-8")
    assert main(["lock", "--offline", "--date", "2026-11-24"]) == 0
    assert LOCK.read_text(encoding="utf-8") == first == written()
    LOCK.write_text(first.replace("mau: 5000000", "mau: 6000000"), encoding="utf-8")
    assert main(["lock", "--offline"]) == 2
    LOCK.write_text(first[:500], encoding="utf-8")
    assert main(["lock", "--offline"]) == 2
    assert main(["lock", "glm-4.7", "--offline"]) == 0  # a damaged one may be written anew
    assert main(["lock", "glm-4.7", "--offline", "-o", "-", "--date", "2026-11-24"]) == 0
    assert main(["lock", ""]) == 2
    assert main(["lock", "glm-4.7", "--date", "yesterday"]) == 2
    assert "write 2026-01-31" in capsys.readouterr().err


def test_writing_keeps_the_old_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A full disk, an interruption: the old lock is whole, and nothing lies beside it."""
    target = tmp_path / "weightlaw.lock"
    target.write_text("old")
    target.chmod(0o640)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_whole("new", str(target))

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole("new", str(target))
    assert target.read_text() == "old"
    monkeypatch.undo()
    link = tmp_path / "link.lock"
    link.symlink_to(target)
    write_whole("new", str(link))
    assert (target.read_text(), link.is_symlink()) == ("new", True)
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == [
        "link.lock",
        "weightlaw.lock",
    ]
    with pytest.raises(UsageError, match="cannot write"):
        write_whole("new", str(tmp_path / "nowhere" / "weightlaw.lock"))


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    """No file, a folder."""
    with pytest.raises(UsageError, match="no such file"):
        open_lock(str(tmp_path / "none.lock"))
    with pytest.raises(UsageError):
        open_lock(str(tmp_path))


def test_policy_from_the_locks_own_folder(capsys: Capture) -> None:
    """The lock names the policy from where it lies itself, so both may be read from anywhere."""
    Path("deploy").mkdir()
    Path("weightlaw.yaml").write_text("osi_required: true\n")
    target = "deploy/weightlaw.lock"
    assert main(["lock", "glm-4.7", "--offline", "-o", target]) == 0
    assert "  path: ../weightlaw.yaml" in Path(target).read_text(encoding="utf-8").replace('"', "")
    os.chdir("deploy")
    assert main(["verify", "--offline"]) == 0
    assert main(["verify", "weightlaw.lock", "--offline", "--no-policy"]) == 0
    assert "none is applied now" in " ".join(capsys.readouterr().out.split())
