"""Waivers lift exactly the finding they name, until their last day, and are shown apart."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from weightlaw.catalog.store import load
from weightlaw.checking import check
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import CheckReport, ModelResult
from weightlaw.domain.verdict import Verdict
from weightlaw.policy.extends import Reach, from_disk
from weightlaw.policy.house import House
from weightlaw.policy.policyfile import load_policy, parse_policy, waivers_from
from weightlaw.policy.waivers import Waiver, unmatched
from weightlaw.reports.json_report import render as render_json
from weightlaw.reports.text_report import render

QWEN = "Qwen/Qwen2.5-72B-Instruct"
WAIVER = """\
waivers:
  - model: {model}
    revision: {revision}
    rule: {rule}
    reason: separate licence obtained
    approver: General Counsel
    reference: CONTRACT-2026-114
    expires: {expires}
"""
BIG = Deployment(mau=150_000_000)


def house(
    model: str = QWEN, revision: str = "any", rule: str = "WL202", expires: str = "2027-03-31",
    more: str = "", today: str = "2026-11-24",
) -> House:  # fmt: skip
    text = WAIVER.format(model=model, revision=revision, rule=rule, expires=expires)
    return parse_policy(text + more, "p.yaml", load(), today=today).house


def answer(house: House, deployment: Deployment = BIG) -> ModelResult:
    return check(QWEN, deployment, house=house).models[0]


def rules(result: ModelResult) -> list[str]:
    return [f.rule for f in result.findings]


def test_lifts_the_finding_it_names() -> None:
    """Denied without it; with it conditional, the finding shown apart with who answers for it."""
    assert answer(House()).verdict is Verdict.DENIED
    result = answer(house())
    assert result.verdict is Verdict.CONDITIONAL
    assert rules(result) == []
    (waived,) = result.waived
    assert (waived.finding.rule, waived.approver, waived.expires) == (
        "WL202",
        "General Counsel",
        "2027-03-31",
    )
    report = check(QWEN, BIG, house=house())
    said = " ".join(render(report).split())
    assert "1 finding waived" in said
    assert (
        "waived, so not counted (1): - WL202 standing-threshold (else denied), until 2027" in said
    )
    assert "waived 1 of 1" not in said
    assert report.models[0].notes[-1].startswith("waived 1 of 1: WL202")
    assert '"waived"' in render_json(report)


def test_never_allowed_under_a_waiver() -> None:
    """Even where no duty is left the answer stays conditional on the waiver."""
    slow = SLOW.replace("  other: {reason: Look too., review: any}\n", "")
    report: CheckReport = check("glm-4.7", house=house("zai-org/GLM-4.7", rule="slow", more=slow))
    assert report.models[0].waived
    assert report.verdict is Verdict.CONDITIONAL


SLOW = "rules:\n  slow: {reason: Look first., review: any}\n  other: {reason: Look too., review: any}\n"


def test_only_that_finding() -> None:
    """A waiver of one rule of the house leaves the other, and one of WL202 leaves both."""
    small = Deployment(mau=5)
    left = answer(house(rule="slow", more=SLOW), small)
    assert [f.house_rule for f in left.findings] == ["other"]
    assert left.verdict is Verdict.REVIEW
    assert len(answer(house(more=SLOW)).findings) == 2


@pytest.mark.parametrize("today", ["2027-04-01", "2030-01-01", ""])
def test_expired_fails_again(today: str) -> None:
    """After its last day, or where nobody knows the day, the finding counts."""
    result = answer(house(today=today))
    assert result.verdict is Verdict.DENIED
    assert rules(result) == ["WL202", "WL905"]


@pytest.mark.parametrize(
    ("today", "told"), [("2027-03-31", True), ("2027-03-01", True), ("2027-02-28", False)]
)
def test_expiring_is_told(today: str, told: bool) -> None:
    """Within 30 days of its end, the last day included, and it still holds."""
    result = answer(house(today=today))
    assert result.verdict is Verdict.CONDITIONAL
    assert ("WL906" in rules(result)) is told


def test_a_finding_that_is_not_there() -> None:
    """A waiver that fits nothing is told."""
    result = answer(house(), Deployment(mau=5))
    assert rules(result) == ["WL907"]
    assert "matches no finding" in result.findings[0].message


def test_another_revision() -> None:
    """A waiver is for one revision; where the revision is not known it lifts nothing."""
    result = answer(house(revision="0123abc"))
    assert result.verdict is Verdict.DENIED
    assert rules(result) == ["WL202", "WL907"]


def test_another_model() -> None:
    """It says nothing of other models; a run that sees everything reports it."""
    other = house(model="org/model")
    result = answer(other)
    assert rules(result) == ["WL202"]
    assert [*unmatched(other.waivers, [QWEN])] == [
        "the waiver of WL202 for org/model (p.yaml:2) matches no model here: remove it"
    ]
    assert [*unmatched(house().waivers, [QWEN.lower()])] == []


def test_two_findings_need_a_licence() -> None:
    """A waiver that would fit two findings lifts neither until it says which licence's."""
    from tests.invented import subject_with
    from weightlaw.domain.terms import Terms, Threshold
    from weightlaw.policy.judging import judge

    cap = Threshold(
        section="1", metric="monthly_active_users", value=10, comparator=">", measured="rolling",
        consequence="request_license",
    )  # fmt: skip
    subject = subject_with(Terms(thresholds=(cap,)), Terms(thresholds=(cap,)))
    waiver = Waiver(
        model="org/model", revision="any", rule="WL202", reason="r", approver="a", reference="x",
        expires="2027-01-01", source="p.yaml:2",
    )  # fmt: skip
    both = House(waivers=(waiver,), today="2026-11-24")
    result = judge(subject, BIG, both)
    assert [f.rule for f in result.findings].count("WL202") == 2
    assert "LicenseRef-invented-0, LicenseRef-invented-1" in next(
        f.message for f in result.findings if f.rule == "WL907"
    )
    one = msgspec.structs.replace(waiver, license="LicenseRef-invented-0")
    result = judge(subject, BIG, House(waivers=(one,), today="2026-11-24"))
    assert [f.rule for f in result.findings].count("WL202") == 1
    assert len(result.waived) == 1


def test_the_gate_reads_them_from_the_base(tmp_path: Path) -> None:
    """A change that adds a waiver is judged by the waivers of the base revision."""
    path = tmp_path / "weightlaw.yaml"
    path.write_text(WAIVER.format(model=QWEN, revision="any", rule="WL202", expires="2027-03-31"))
    changed = load_policy(str(path), load(), today="2026-11-24").house
    base = Reach(
        lambda name: b"organization: {name: X}" if name == str(path) else from_disk().read(name)
    )
    gate = msgspec.structs.replace(changed, waivers=waivers_from(str(path), load(), base))
    assert answer(changed).verdict is Verdict.CONDITIONAL
    assert answer(gate).verdict is Verdict.DENIED


def test_no_licence_needs_a_waiver_of_just_that() -> None:
    """A waiver of a rule of the house does not stand in for a licence."""
    from weightlaw.lineage.binding import Gap, Subject
    from weightlaw.policy.judging import judge

    subject = Subject(id=QWEN, gaps=(Gap(kind="no-license", text="none"),))
    assert judge(subject, BIG, house(rule="slow", more=SLOW)).verdict is Verdict.REVIEW
    assert judge(subject, BIG, house(rule="WL101")).verdict is Verdict.CONDITIONAL
    assert judge(Subject(id=QWEN), BIG, house(rule="slow", more=SLOW)).verdict is Verdict.REVIEW
