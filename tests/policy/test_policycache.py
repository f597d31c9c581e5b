"""The cache of compiled policies: the same answers as without it, nothing stale, nothing from strangers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy import generated
from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.errors import DataError
from weightlaw.policy import packs, policycache, policyentry
from weightlaw.policy.policy import Policy
from weightlaw.policy.policyfile import load_policy
from weightlaw.reports.json_report import render

TODAY = "2026-11-24"
BASE = """\
rules:
  early: {reason: We want a warning., review: {cap_used_above: 50%}}
"""
FULL = """\
about: Everything that a policy can say.
extends: [{pack: lawful-use}, {file: base/base.yaml}]
organization: {name: Example, kind: company, headquarters: DE, monthly_active_users: 40M, users_at: {2025-03: 31M},
  annual_revenue: 4.5M EUR, funding: 5M EUR, growth: 2%/month, counted_on: 2026-10-31}
deployment: chat
deployments:
  chat: {for: answers, use: [feature, device], markets: [DE, NO], fields: [general],
    displayed: [{text: Built with Llama, where: footer}]}
  other: {use: [weights], fine_tuned: true, derived_name: Llama-x}
otherwise: review
rules:
  no-agpl:
    reason: Never.
    deny: {licenses: [AGPL-3.0-only], deployments: [chat]}
    unless: {uses: [internal]}
    do: Choose another.
  half:
    reason: Early.
    review: any
    when: >-
      terms.thresholds.exists(t, t.value > 1.5 && organization.monthly_active_users > 0.5 * t.value)
      && (license.osi_approved ? size(model.bases) > 2 : !(model.id.contains("x") || model.gated in ["manual"]))
  all: {reason: The rest., allow: {confidence_below: high}}
waivers:
  - {model: Qwen/Qwen2.5-72B-Instruct, revision: any, rule: half, license: qwen-2024, reason: bought, approver: A,
     reference: C-1, expires: 2026-11-30}
duties_kept:
  - {duty: license_copy, license: qwen-2024, file: LICENSE.txt}
  - {duty: display, license: llama-4, shown: Built with Llama}
"""
Load = Callable[..., Policy]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a cache of its own."""
    monkeypatch.delenv("WEIGHTLAW_NO_CACHE", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "here" / "base").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def cached(path: str = "weightlaw.yaml", today: str = TODAY) -> Policy:
    return policycache.load_cached(path, load(), today=today, offline=True)


def fresh(path: str = "weightlaw.yaml", today: str = TODAY) -> Policy:
    return load_policy(path, load(), today=today)


def entries(home: Path) -> list[Path]:
    return sorted((home.parent / "cache").rglob("*.msgpack"))


def write(home: Path) -> None:
    (home / "weightlaw.yaml").write_text(FULL)
    (home / "base" / "base.yaml").write_text(BASE)


@pytest.fixture
def never_parsed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, parsing a policy is an error."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the policy was parsed")

    def forbid() -> None:
        monkeypatch.setattr("weightlaw.policy.policyfile.load_policy", refuse)

    return forbid


def answers(policy: Policy) -> str:
    found = ["Qwen/Qwen2.5-72B-Instruct", "zai-org/GLM-4.7", "llama4"]
    return render(check(found, policy.deployment, house=policy.house))


def test_everything_is_kept(home: Path, never_parsed: Callable[[], None]) -> None:
    """The second run finds the very same policy without parsing, and gives the same bytes."""
    write(home)
    first, expected = cached(), fresh()
    never_parsed()
    again = cached()
    assert first == again == expected
    assert answers(again) == answers(expected)
    assert [rule.when and rule.when.text for rule in again.house.rules].count(None) == 5


@pytest.mark.parametrize("pack", packs.pack_names())
def test_packs(pack: str, home: Path, never_parsed: Callable[[], None]) -> None:
    """Every pack is the same from the cache."""
    path = packs.pack_path(pack)
    expected = fresh(path)
    assert cached(path) == expected
    never_parsed()
    assert cached(path) == expected
    assert answers(cached(path)) == answers(expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 10**9))
def test_generated_policies(home: Path, seed: int) -> None:
    """A law: for every policy that can be written the cache changes nothing."""
    made, _ = generated.policy(Random(seed))
    (home / "weightlaw.yaml").write_text(json.dumps(made))
    expected = fresh()
    assert cached() == expected
    assert cached() == expected


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("weightlaw.yaml", FULL.replace("40M", "41M")),
        ("weightlaw.yaml", FULL + "osi_required: true\n"),
        ("base/base.yaml", BASE.replace("50%", "60%")),
        ("LICENSE.txt", "no copy of anything"),
    ],
)
def test_any_change_counts(home: Path, file: str, text: str) -> None:
    """A change in any file of the chain, also one that was not there before, is seen at once."""
    write(home)
    before = cached()
    (home / file).write_text(text)
    assert cached() == fresh() != before
    assert cached() == fresh()


def test_a_file_that_goes_counts(home: Path) -> None:
    """A kept duty's file that is gone is seen; so is a base that cannot be read any more."""
    write(home)
    (home / "LICENSE.txt").write_text("words")
    assert cached() == fresh()
    (home / "LICENSE.txt").unlink()
    assert cached() == fresh()
    (home / "base" / "base.yaml").unlink()
    with pytest.raises(DataError):
        cached()


def test_the_day_is_not_kept(home: Path) -> None:
    """Waivers end on their day, whenever the entry was written."""
    write(home)
    for today in ("2026-11-24", "2026-12-01", "2026-11-30"):
        policy = cached(today=today)
        assert policy == fresh(today=today)
        result = check("Qwen/Qwen2.5-72B-Instruct", policy.deployment, house=policy.house)
        expired = any(f.rule == "WL905" for f in result.models[0].findings)
        assert expired is (today == "2026-12-01")


def test_a_folder_that_becomes_a_file_counts(home: Path) -> None:
    """What could not be opened is looked at again."""
    write(home)
    (home / "LICENSE.txt").mkdir()
    assert cached() == fresh()
    (home / "LICENSE.txt").rmdir()
    (home / "LICENSE.txt").write_text("words")
    assert cached() == fresh()


def test_errors_are_told_every_time(home: Path) -> None:
    """A policy that cannot be used is never kept."""
    (home / "weightlaw.yaml").write_text("osi_requird: true")
    for _ in range(2):
        with pytest.raises(DataError):
            cached()
    assert entries(home) == []


def milder(home: Path) -> bytes:
    """An entry for the policy that is there, with the compiled form of one that denies nothing."""
    (home / "weightlaw.yaml").write_text("organization: {name: Example}\n")
    cached()
    (entry,) = entries(home)
    bad = entry.read_bytes()
    write(home)
    cached()
    good = entry.read_bytes()
    kept, lax = (msgspec.msgpack.decode(d[:-4], type=policyentry.Entry) for d in (good, bad))
    forged = msgspec.msgpack.encode(msgspec.structs.replace(kept, policy=lax.policy))
    return bytes(forged + policycache._sum(forged))


def test_what_a_stranger_could_write_is_not_read(home: Path) -> None:
    """A forged entry counts only where the user alone could have written it."""
    forged = milder(home)
    (entry,) = entries(home)
    entry.write_bytes(forged)
    assert cached() != fresh()  # the forgery is good: only the rights keep it out
    folder = entry.parent
    for path, mode in ((entry, 0o644), (entry, 0o620), (folder, 0o755), (folder, 0o770)):
        was = path.stat().st_mode
        path.chmod(mode)
        assert cached() == fresh(), (path, oct(mode))
        path.chmod(was)
        entry.write_bytes(forged)
    elsewhere = home / "forged"
    elsewhere.write_bytes(forged)
    elsewhere.chmod(0o600)
    entry.unlink()
    entry.symlink_to(elsewhere)
    assert cached() == fresh()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_what_belongs_to_another_is_not_read(home: Path) -> None:
    """Nor one that belongs to another user."""
    forged = milder(home)
    (entry,) = entries(home)
    entry.write_bytes(forged)
    os.chown(entry, 12345, 12345)
    assert cached() == fresh()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_broken_entries_are_made_anew(home: Path, data: st.DataObject) -> None:
    """Cut, changed or foreign bytes: the same policy, no error."""
    write(home)
    expected = fresh()
    assert cached() == expected
    (entry,) = entries(home)
    good = entry.read_bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    flipped = (
        good[:place] + bytes([good[place] ^ data.draw(st.integers(1, 255))]) + good[place + 1 :]
    )
    entry.write_bytes(data.draw(st.sampled_from([flipped, good[:place], b"", good + good[:place]])))
    assert cached() == expected


@pytest.mark.parametrize("name", ["WEIGHTLAW_NO_CACHE", "CI"])
def test_switched_off(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nothing is read and nothing is written."""
    forged = milder(home)
    (entry,) = entries(home)
    entry.write_bytes(forged)
    monkeypatch.setenv(name, "1")
    assert cached() == fresh()
    assert entry.read_bytes() == forged


def test_a_home_that_cannot_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No error, only no cache."""
    write(home)
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "file"))
    assert cached() == fresh()


def test_a_policy_in_a_pipe_is_read_once(home: Path) -> None:
    """`--policy <(...)` works, and is never kept."""
    os.mkfifo(home / "pipe.yaml")
    write(home)
    writer = threading.Thread(target=lambda: (home / "pipe.yaml").write_text(FULL))
    writer.start()
    policy = cached("pipe.yaml")
    writer.join()
    assert len(policy.house.rules) == len(fresh().house.rules)
    assert entries(home) == []


def test_another_weightlaw_compiles_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry of another version or other knowledge does not count."""
    forged = milder(home)
    (entry,) = entries(home)
    entry.write_bytes(forged)
    monkeypatch.setattr(policycache, "VERSION", "0.0.1")
    assert cached() == fresh()


def test_same_name_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of this name in another folder is another policy."""
    write(home)
    cached()
    (home / "base" / "weightlaw.yaml").write_text("osi_required: true")
    monkeypatch.chdir(home / "base")
    assert cached().house.osi_required is True


def modules_of(home: Path, *words: str) -> str:
    """Which of YAML's and the policy reader's modules a whole command loads."""
    code = (
        f"import sys; from weightlaw.cli.main import main; main({list(words)!r}); "
        "print(sorted({'yaml', 'weightlaw.policy.policyfile'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("WEIGHTLAW_NO_CACHE", "CI")}
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.stderr.strip().splitlines()[-1]


def test_an_unchanged_policy_is_read_without_yaml(home: Path) -> None:
    """The whole command: YAML the first time and after a change, not in between; the merge gate always reads."""
    write(home)
    (home / ".git").mkdir()
    check_it = ("check", "glm-4.7", "--offline", "--output", "out.txt")
    everything = "['weightlaw.policy.policyfile', 'yaml']"
    assert modules_of(home, *check_it) == everything
    first = (home / "out.txt").read_bytes()
    assert modules_of(home, *check_it) == "[]"
    assert (home / "out.txt").read_bytes() == first
    assert modules_of(home, "scan", ".", "--offline", "--output", "out.txt") == everything
    (home / "base" / "base.yaml").write_text(BASE + "# a word\n")
    assert modules_of(home, *check_it) == everything
