"""Policies that build on others: who wins, who is named, what adds up, and pinned addresses."""

from __future__ import annotations

import hashlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from weightlaw.catalog.store import load
from weightlaw.domain.verdict import Verdict
from weightlaw.errors import DataError
from weightlaw.policy.extends import Reach, from_disk
from weightlaw.policy.policy import Policy
from weightlaw.policy.policyfile import load_merged, load_policy
from weightlaw.reports.policy_report import render_effective

BASE = """\
organization: {name: Group, headquarters: DE, monthly_active_users: 40M}
licenses: {deny: [AGPL-3.0-only]}
rules:
  pinned: {reason: Group rule., deny: {unpinned: true}}
  fresh: {reason: Group rule., review: {facts_older_than: 1 year}}
waivers:
  - {model: a/b, revision: any, rule: pinned, reason: r, approver: a, reference: x, expires: 2027-01-01}
"""
CHILD = """\
extends: [{file: base.yaml}]
organization: {name: Daughter}
licenses: {deny: [GPL-3.0-only]}
rules:
  fresh: {reason: Ours is stricter., deny: {facts_older_than: 90 days}}
  own: {reason: Ours., review: any}
waivers:
  - {model: c/d, revision: any, rule: own, reason: r, approver: a, reference: y, expires: 2027-01-01}
"""


def policy(tmp_path: Path, child: str = CHILD, base: str = BASE) -> Policy:
    (tmp_path / "base.yaml").write_text(base)
    (tmp_path / "weightlaw.yaml").write_text(child)
    return load_policy(str(tmp_path / "weightlaw.yaml"), load())


def test_by_name(tmp_path: Path) -> None:
    """Rules and keys go by name, the later word wins; denials and waivers add up."""
    found = policy(tmp_path)
    assert found.organization == "Daughter"
    assert found.deployment.mau == 40_000_000
    assert {r.name: (r.effect, r.reason) for r in found.house.rules} == {
        "pinned": ("deny", "Group rule."), "fresh": ("deny", "Ours is stricter."), "own": ("review", "Ours."),
    }  # fmt: skip
    assert set(found.house.licenses.deny) == {"AGPL-3.0-only", "GPL-3.0-only"}
    assert [w.model for w in found.house.waivers] == ["a/b", "c/d"]
    sources = {r.name: r.source.rsplit("/", 1)[-1] for r in found.house.rules}
    assert sources["pinned"] == "base.yaml:4"
    assert sources["fresh"] == "weightlaw.yaml:5"


def test_effective_names_who_overrides_whom(tmp_path: Path) -> None:
    """Every value with its file and line, and each override with both places."""
    policy(tmp_path)
    text = render_effective(load_merged(str(tmp_path / "weightlaw.yaml")))
    plain = " ".join(text.replace(f"{tmp_path}/", "").split())
    assert "rules.fresh: weightlaw.yaml:5 instead of base.yaml:5" in plain
    assert "organization.name: weightlaw.yaml:2 instead of base.yaml:1" in plain
    assert 'organization.headquarters: "DE" <- base.yaml:1' in plain


def test_switching_off(tmp_path: Path) -> None:
    """A rule that another policy brings can be switched off, with a reason."""
    child = "extends: [{file: base.yaml}]\nrules:\n  pinned: {reason: We mirror., off: true}\n"
    assert [r.name for r in policy(tmp_path, child).house.rules] == ["fresh"]


def test_a_diamond_is_read_once(tmp_path: Path) -> None:
    """Two policies that build on the same third are no cycle."""
    for name in ("left", "right"):
        (tmp_path / f"{name}.yaml").write_text("extends: [{file: base.yaml}]")
    found = policy(tmp_path, "extends: [{file: left.yaml}, {file: right.yaml}]")
    assert len(found.house.waivers) == 1


def test_packs(tmp_path: Path) -> None:
    """A pack is named, and its rules say where they come from."""
    found = policy(tmp_path, "extends: [{pack: osi-only}]")
    assert {r.source.split(":")[1] for r in found.house.rules} == {"osi-only", "lawful-use"}


def test_all_errors_of_all_files(tmp_path: Path) -> None:
    """Problems of the base and of the policy itself come together."""
    with pytest.raises(DataError) as caught:
        policy(tmp_path, "extends: [{file: base.yaml}]\nx: 1\nrules: {a: {reason: r}}", "y: 2\n")
    assert len(caught.value.problems) == 3


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A loopback server that gives one policy, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(BASE.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/p.yaml"


def test_a_pinned_address(served: str, tmp_path: Path) -> None:
    """What the hash says is fetched once and works offline afterwards; anything else is refused."""
    digest = hashlib.sha256(BASE.encode()).hexdigest()
    path = tmp_path / "weightlaw.yaml"
    online = Reach(from_disk().read, allow_private=True)
    path.write_text(f"extends: [{{url: '{served}', sha256: {'0' * 64}}}]")
    with pytest.raises(DataError, match="not the one that is pinned"):
        load_policy(str(path), load(), reach=online)
    path.write_text(f"extends: [{{url: '{served}', sha256: {digest}}}]")
    with pytest.raises(DataError, match="this run is offline"):
        load_policy(str(path), load(), reach=from_disk(offline=True))
    assert load_policy(str(path), load(), reach=online).organization == "Group"
    assert load_policy(str(path), load(), reach=from_disk(offline=True)).organization == "Group"


def test_an_empty_policy_never_allows(tmp_path: Path) -> None:
    """Nothing, comments, or only empty parts: review."""
    from weightlaw.checking import check

    for text in (
        "",
        "# nothing\n",
        "version: 1\n",
        "organization: {}\nrules: {}\n",
        "about: x\nlicenses: {deny: []}",
    ):
        house = policy(tmp_path, text).house
        report = check("glm-4.7", house=house)
        assert report.verdict is Verdict.REVIEW, text
        assert report.models[0].findings[0].rule == "WL901"


def test_no_rules_is_said(tmp_path: Path) -> None:
    """A policy without rules of the house says that the licences alone decide."""
    from weightlaw.checking import check

    report = check("glm-4.7", house=policy(tmp_path, "organization: {headquarters: DE}").house)
    assert any("no rules of the house" in a for a in report.assumptions)


def test_pyproject(tmp_path: Path) -> None:
    """The small form in pyproject.toml, with the line of what is wrong."""
    path = tmp_path / "pyproject.toml"
    text = (
        '[project]\nname = "x"\n\n[tool.weightlaw]\nosi_required = true\n\n[tool.weightlaw.organization]\n'
        'headquarters = "NO"\ncounted_on = 2026-10-31\n\n[tool.weightlaw.rules.no-agpl]\n'
        'reason = "Because."\ndeny = {licenses = ["AGPL-3.0-only"]}\n'
    )
    path.write_text(text)
    found = load_policy(str(path), load())
    assert found.deployment.headquarters == "NO"
    assert found.deployment.counted_on == "2026-10-31"
    assert found.house.rules[0].source.endswith("pyproject.toml:11")
    path.write_text(text.replace('"NO"', '"Norge"'))
    with pytest.raises(DataError, match=r"pyproject.toml:8:1: 'Norge'"):
        load_policy(str(path), load())
    path.write_text(text + "[tool.weightlaw")
    with pytest.raises(DataError, match="not TOML"):
        load_policy(str(path), load())
