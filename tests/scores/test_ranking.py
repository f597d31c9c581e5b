"""The deployable leaderboard: it leaves out what it must and keeps what it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.scores.made import figure, scores
from tests.scores.rows import needs_scores, rows, text_board
from weightlaw.catalog.store import load as load_catalog
from weightlaw.checking import check
from weightlaw.cli.judging import judge_for
from weightlaw.cli.rank import replacements_for
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.findings import LicenseView, ModelResult
from weightlaw.domain.quantities import Money
from weightlaw.domain.verdict import Verdict
from weightlaw.scores.boards import board
from weightlaw.scores.ranking import Ranking, rank
from weightlaw.scores.replacing import best_replacement, replacements
from weightlaw.scores.store import load

LARGE = Deployment(mau=900_000_000, headquarters="DE")
CATALOG = load_catalog()


def ranked(deployment: Deployment, by: str = "Arena Text") -> Ranking:
    """The embedded board for one deployment."""
    table = board(load(), load().main_series(by))
    return rank(table, judge_for(deployment, catalog=CATALOG))


def names(entries: Sequence[object]) -> set[str]:
    """The models of a section."""
    return {e.figure.key for e in entries}  # type: ignore[attr-defined]


def test_900_million_users_and_a_seat_in_the_eu() -> None:
    """Llama's threshold and territory, Qwen's threshold and non-commercial licences bar; MIT and Apache do not."""
    found = ranked(LARGE)
    assert names(found.denied) >= {
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
        "meta-llama/Llama-3.3-70B-Instruct",
        "meta-llama/Llama-3.1-405B-Instruct",
        "Qwen/Qwen2.5-72B-Instruct",
        "CohereLabs/c4ai-command-a-03-2025",
        "mistralai/Mistral-Large-Instruct-2411",
    }
    assert names(found.deployable) >= {
        "zai-org/GLM-5.2",
        "zai-org/GLM-4.7",
        "deepseek-ai/DeepSeek-V4-Pro",
        "Qwen/Qwen3-235B-A22B-Instruct-2507",
        "openai/gpt-oss-120b",
        "allenai/Olmo-3.1-32B-Instruct",
        "moonshotai/Kimi-K2.6",
    }
    assert {e.verdict for e in found.deployable} <= {Verdict.ALLOWED, Verdict.CONDITIONAL}
    assert "moonshotai/Kimi-K3" not in names(
        found.deployable
    )  # turns on revenue, which nobody said


def test_the_clause_that_bars() -> None:
    entry = next(e for e in ranked(LARGE).denied if "Llama-4-Maverick" in e.figure.key)
    rules = {c.rule: c for c in entry.clauses}
    assert rules["WL201"].section == "2"
    assert rules["WL201"].license_name == "Llama 4 Community License Agreement"
    assert "WL304" in rules


def test_small_and_not_in_the_eu_keeps_llama() -> None:
    small = Deployment(mau=1000, mau_at=(("2025-03", 900), ("2024-11", 900)), headquarters="US")
    assert "meta-llama/Llama-4-Maverick-17B-128E-Instruct" in names(ranked(small).deployable)


def test_nothing_closed_and_nothing_unmapped_is_ranked() -> None:
    found = ranked(LARGE)
    for entry in (*found.deployable, *found.review, *found.denied):
        assert entry.figure.hub
    assert "qwen3.8-max" in names(found.unknown)


@needs_scores
def test_costs_recomputed() -> None:
    """Best open and best closed of scores.csv minus the best deployable model."""
    lines = {r["model"]: float(r["score"]) for r in text_board(rows(), "2026-08-19")}
    costs = {c.against: c for c in ranked(LARGE).costs}
    assert costs["open"].difference == pytest.approx(lines["kimi-k3-max"] - lines["glm-5.2-max"])
    assert costs["closed"].difference == pytest.approx(
        lines["claude-fable-5"] - lines["glm-5.2-max"]
    )
    assert costs["open"].outcome == "first is higher"
    for cost in costs.values():
        assert cost.low is not None
        assert cost.high is not None
        assert cost.low < cost.difference < cost.high


@pytest.mark.parametrize("by", ["Arena WebDev", "GPQA Diamond", "eci", "aider"])
def test_every_benchmark_ranks(by: str) -> None:
    found = ranked(LARGE, by)
    scored = [e.figure.score for e in found.deployable]
    assert scored == sorted(scored, reverse=True)
    assert scored


def test_more_users_or_revenue_never_open_the_board() -> None:
    """The law of the core, on the whole board."""
    sizes = (1000, 99_000_000, 101_000_000, 900_000_000)
    before: set[str] | None = None
    for mau in sizes:
        revenue = Money(amount=mau * 10, currency="USD")
        now = names(ranked(Deployment(mau=mau, revenue=revenue, headquarters="US")).deployable)
        assert before is None or now <= before
        before = now


def test_a_model_that_nobody_knows_is_never_deployable() -> None:
    known = scores(figure("org/unheard-of", 1500), figure("closed", 1400, weights="closed"))
    found = rank(board(known, known.one("elo")), judge_for(LARGE, catalog=CATALOG))
    assert names(found.review) == {"org/unheard-of"}
    assert found.costs == ()


def test_one_hostile_name_does_not_spoil_the_board() -> None:
    known = scores(figure("../../etc/passwd", 1600), figure("zai-org/GLM-4.7", 1500))
    found = rank(board(known, known.one("elo")), judge_for(LARGE, catalog=CATALOG))
    assert names(found.deployable) == {"zai-org/GLM-4.7"}
    assert names(found.review) == {"../../etc/passwd"}


def test_the_best_may_be_used_and_the_bar_costs_nothing() -> None:
    known = scores(figure("org/a", 1500), figure("org/b", 1400))

    def everything(ids: Sequence[str]) -> Mapping[str, ModelResult]:
        view = LicenseView(id="MIT", name="MIT License")
        return {
            i: ModelResult(reference=i, model=i, verdict=Verdict.ALLOWED, licenses=(view,))
            for i in ids
        }

    found = rank(board(known, known.one("elo")), everything)
    (cost,) = found.costs
    assert cost.difference == 0
    assert cost.outcome == "no difference shown"


def test_only_some_models() -> None:
    table = board(load(), load().main_series("Arena Text"))
    found = rank(table, judge_for(LARGE, catalog=CATALOG), ["zai-org/GLM-4.7"])
    assert names(found.deployable) == {"zai-org/GLM-4.7"}
    assert (
        found.costs[0].deployable.key == "zai-org/GLM-5.2"
    )  # what the bar costs is of the whole board


def test_best_replacement() -> None:
    report = check(["llama4", "glm-4.7"], LARGE, catalog=CATALOG)
    replaced = replacements_for(report, catalog=CATALOG)
    assert set(replaced) == {
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    }
    found = replaced["meta-llama/Llama-4-Maverick-17B-128E-Instruct"]
    instead = CATALOG.model(found.model)
    assert instead is not None
    assert (
        "image" in instead.modalities
    )  # as Llama 4 has: the best of all, GLM-5.2, reads text alone
    assert found.level == "better"
    assert found.verdict in (Verdict.ALLOWED, Verdict.CONDITIONAL)


def test_a_replacement_below_the_level_is_called_so() -> None:
    found = best_replacement("moonshotai/Kimi-K3", judge_for(LARGE, catalog=CATALOG))
    assert found is not None
    assert found.level == "below its level"
    assert found.high is not None
    assert found.high < 0


def test_no_replacement_without_a_figure() -> None:
    judge = judge_for(LARGE, catalog=CATALOG)
    assert replacements(["black-forest-labs/FLUX.1-dev"], judge) == {}
