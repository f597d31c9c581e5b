"""What `policy validate` remarks: rules that never fit, denials in the shadow of an allow, waivers that are over."""

from __future__ import annotations

from pathlib import Path

import pytest

from weightlaw.catalog.store import load
from weightlaw.policy.extends import Merged, from_disk, layers_of
from weightlaw.policy.policyfile import policy_of
from weightlaw.policy.validating import Remark, remarks


def said(text: str, folder: str = "") -> tuple[Remark, ...]:
    reach = from_disk(offline=True)
    layers = layers_of(text, "p.yaml", reach, folder)
    policy = policy_of(layers, load(), "2026-11-24", reach)
    return remarks(policy.house, Merged(layers), load())


def rules(*lines: str) -> str:
    return "rules:\n" + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    "rule",
    [
        "{reason: r, deny: {licenses: [MIT], families: [copyleft]}}",
        "{reason: r, deny: {licenses: [AGPL-3.0-only], osi_approved: false}}",
        "{reason: r, deny: {openness: [open-source], osi_approved: false}}",
        "{reason: r, deny: {licenses: [MIT]}, unless: {licenses: [MIT, Apache-2.0]}}",
        "{reason: r, deny: {uses: [device]}, unless: {uses: [device, weights]}}",
        '{reason: r, deny: any, when: \'license.family == "copyleft" && license.family == "permissive"\'}',
        "{reason: r, deny: any, when: 'false && deployment.commercial'}",
        "{reason: r, deny: any, when: '1 > 2'}",
        "{reason: r, deny: {developers: [Nobody Incorporated]}}",
        "{reason: r, allow: {licenses: [MIT], families: [copyleft]}}",
    ],
)
def test_never_fits(rule: str) -> None:
    """A rule that can never fit is told, with its line."""
    (found,) = said(rules(f"a: {rule}"))
    assert (found.rule, found.place) == ("WL903", "p.yaml:2")


def test_a_developer_by_a_near_name() -> None:
    """A misspelt developer gets the near one."""
    (found,) = said(rules("a: {reason: r, deny: {developers: [Metaa]}}"))
    assert "did you mean Meta?" in found.text


@pytest.mark.parametrize(
    ("deny", "allow"),
    [
        ("{licenses: [MIT]}", "{licenses: [MIT, Apache-2.0]}"),
        ("{licenses: [MIT]}", "{families: [permissive]}"),
        ("{licenses: [MIT]}", "any"),
        (
            "{families: [copyleft], uses: [device]}",
            "{families: [copyleft, permissive], uses: [device, weights]}",
        ),
        ("{models: [acme/one], licenses: [MIT]}", "{osi_approved: true}"),
    ],
)
@pytest.mark.parametrize("effect", ["deny", "review"])
def test_a_deny_in_the_shadow_of_an_allow(deny: str, allow: str, effect: str) -> None:
    """Everything that one rule denies another allows: told, for readers will differ; and the deny holds."""
    found = said(
        rules(f"no: {{reason: r, {effect}: {deny}}}", f"yes: {{reason: r, allow: {allow}}}")
    )
    assert [(f.rule, f.place) for f in found] == [("WL904", "p.yaml:2")]
    assert "shadow of yes" in found[0].text


@pytest.mark.parametrize(
    ("deny", "allow"),
    [
        ("{licenses: [MIT, GPL-3.0-only]}", "{licenses: [MIT]}"),
        ("{licenses: [MIT]}", "{licenses: [MIT], uses: [internal]}"),
        ("{licenses: [AGPL-3.0-only]}", "{families: [permissive]}"),
        ("{uses: [device]}", "{uses: [internal]}"),
    ],
)
def test_no_shadow(deny: str, allow: str) -> None:
    """A narrower allow beside a wider deny is how exceptions are not written; but nothing is hidden."""
    assert (
        said(rules(f"no: {{reason: r, deny: {deny}}}", f"yes: {{reason: r, allow: {allow}}}")) == ()
    )


def test_twins_and_short_forms() -> None:
    """Two rules about the same; a licence that is both allowed and denied."""
    twins = rules(
        "a: {reason: r, deny: {licenses: [MIT]}}", "b: {reason: q, review: {licenses: [MIT]}}"
    )
    assert [f.rule for f in said(twins)] == ["WL904"]
    both = said(
        "licenses: {allow: [MIT], deny: [MIT]}\nfamilies: {allow: [copyleft], deny: [copyleft]}"
    )
    assert [(f.rule, f.place) for f in both] == [("WL904", "p.yaml:1"), ("WL904", "p.yaml:2")]


def test_made_milder(tmp_path: Path) -> None:
    """A rule of the base that the policy switches off, or turns from deny to allow, is told."""
    (tmp_path / "base.yaml").write_text(
        rules("a: {reason: r, deny: {gated: true}}", "b: {reason: r, review: any}")
    )
    child = "extends: [{file: base.yaml}]\n"
    off = said(child + rules("a: {reason: r, off: true}"), str(tmp_path))
    assert [(f.rule, f.place) for f in off] == [("WL904", "p.yaml:3")]
    milder = said(child + rules("a: {reason: r, review: {gated: true}}"), str(tmp_path))
    assert "is milder here" in milder[0].text
    assert said(child + rules("b: {reason: r, deny: {unpinned: true}}"), str(tmp_path)) == ()


@pytest.mark.parametrize(
    ("expires", "rule"),
    [
        ("2026-11-23", "WL905"),
        ("2026-11-24", "WL906"),
        ("2026-12-24", "WL906"),
        ("2026-12-25", None),
    ],
)
def test_waivers(expires: str, rule: str | None) -> None:
    """Expired ones, and those that expire within 30 days."""
    text = (
        "waivers:\n  - {model: a/b, revision: any, rule: WL201, reason: r, approver: a, reference: x, "
        f"expires: {expires}}}\n"
    )
    assert [f.rule for f in said(text)] == ([rule] if rule else [])


def test_empty() -> None:
    """A policy that says nothing."""
    assert [f.rule for f in said("version: 1")] == ["WL901"]
