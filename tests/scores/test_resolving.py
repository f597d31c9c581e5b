"""Every model with open weights on a board is in the catalogue, or stands here with the reason why not."""

from __future__ import annotations

from weightlaw.catalog.store import load as load_catalog
from weightlaw.checking import check
from weightlaw.domain.verdict import Verdict
from weightlaw.scores.store import load

UNRESOLVED = {
    "microsoft/WizardLM-2-8x22B": "withdrawn by its publisher; no source of its licence was seen",
    "mistralai/Mistral-7B-Instruct-v0.1": "no source of its own licence was seen",
    "poolside/Laguna-XS.2": "only its successor was seen, whose licence need not be its own",
}
"""Not in the catalogue on purpose: `rank` shows them for review, or not at all."""


def test_every_mapped_model_is_in_the_catalogue() -> None:
    catalog = load_catalog()
    mapped = {f.hub for f in load().all_figures() if f.hub}
    assert len(mapped) > 100
    missing = {m for m in mapped if m and catalog.model(m) is None}
    assert missing <= set(UNRESOLVED), sorted(missing - set(UNRESOLVED))
    assert set(UNRESOLVED) <= mapped


def test_a_name_without_a_model_says_why() -> None:
    """A source's name of open weights is mapped, or its line says that and why it is not."""
    silent = [
        i.name
        for i in load().identities()
        if i.weights == "open" and not i.model and not i.basis.startswith("not mapped")
    ]
    assert silent == []


def test_doubtful_licences_stay_in_review() -> None:
    """A card against its LICENSE, a declared name without a text: no board makes them deployable."""
    doubtful = [
        "arcee-ai/Trinity-Large-Preview",
        "arcee-ai/Trinity-Large-Thinking",
        "moonshotai/Kimi-K2-Instruct-0905",
        "moonshotai/Kimi-K2-Thinking",
    ]
    report = check(doubtful)
    assert [m.model for m in report.models] == doubtful
    assert {m.verdict for m in report.models} == {Verdict.REVIEW}
