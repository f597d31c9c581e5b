"""The report from the live source: the Hub's real answers, served on loopback."""

from __future__ import annotations

import re

from tests.loopback import (
    LoopbackHub,
    add_shared,
    hub,  # noqa: F401
    hub_home,  # noqa: F401
    needs_shared,
)
from tests.reports.test_procurement import view
from weightlaw.sources.hub import HubSource

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"


@needs_shared
def test_live_evidence_is_quoted_with_its_place(
    hub: LoopbackHub,  # noqa: F811
) -> None:
    """From the Hub: facts at a commit, and the deciding clause in the shipped text's own words."""
    add_shared(hub, LLAMA)
    made = view([LLAMA], hub=HubSource())
    decision = made.decisions[0]
    proof = made.proofs[decision.proof - 1]
    assert decision.verdict == "denied"
    assert "700 million monthly active users" in proof.quote
    assert proof.place.startswith("characters ")
    assert re.fullmatch("[0-9a-f]{64}", proof.sha256)
    sheet = dict(zip(made.sheet_names, made.sheets[0].cells, strict=True))
    assert re.fullmatch("[0-9a-f]{40}", sheet["Commit"].text)
    assert proof.commit == sheet["Commit"].text
    assert sheet["Commit"].kind == "fact"
