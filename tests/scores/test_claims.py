"""Every claim that the figures can decide, computed by the code and, apart from it, from the reference file."""

from __future__ import annotations

import pytest

from tests.scores.rows import best, needs_scores, rows, text_board
from weightlaw.catalog.store import load as load_catalog
from weightlaw.scores.claims import claims
from weightlaw.scores.store import load

FOUND = {c.id: c for c in claims(load(), load_catalog())}

CLAIMED = [
    # claims.md 1: Epoch's index
    ("months-behind", "points", 10.4, 0.05),
    ("months-behind", "lag of DeepSeek-R1 in months", 1.1, 0.05),
    ("months-behind", "lag of DeepSeek-V3.2 in months", 7.5, 0.05),
    ("months-behind", "lag of Kimi-K2.5 in months", 5.7, 0.05),
    ("months-behind", "months by level, strict", 6.75, 0.65),  # "6.1 to 7.4 with a strict rule"
    ("months-behind", "months 2023-01 to 2025-10, significant", 3.2, 2.1),  # Epoch: 3.5, 1.1 to 5.3
    ("months-behind", "months 2026-01 to 2026-05, significant", 4.0, 0.5),  # Epoch: 4
    # 2b: test by test
    ("gaps-by-test", "GPQA Diamond, percentage points", 6.8, 0.05),
    ("gaps-by-test", "SWE-bench Verified, percentage points", 9.7, 0.05),
    ("gaps-by-test", "FrontierMath (tiers 1-3), percentage points", 24.5, 0.05),
    ("gaps-by-test", "FrontierMath Tier 4, percentage points", 35.4, 0.05),
    ("gaps-by-test", "SimpleQA Verified, percentage points", 27.2, 0.05),
    # 3: Arena Text
    ("arena-gap", "Elo on 2026-06-25", 34.8, 0.1),
    ("arena-gap", "Elo on 2026-08-19", 17.6, 0.1),
    ("arena-gap", "win rate of 30 Elo", 0.543, 0.0005),
    # 4: GLM-4.7 and Llama 4
    ("glm-4.7", "place in text on 2026-06-25", 60, 0),
    ("glm-4.7", "place in text on 2026-08-19", 79, 0),
    ("llama-4-ahead", "glm-4.7, Elo", 1442, 0.5),
    ("llama-4-ahead", "llama-4-maverick-17b-128e-instruct, Elo", 1327, 0.5),
    ("llama-4-ahead", "llama-4-maverick-17b-128e-instruct, place", 205, 0),
    ("llama-4-ahead", "olmo-3.1-32b-instruct, Elo", 1330, 0.5),
    ("llama-4-ahead", "olmo-3.1-32b-instruct, place", 200, 0),
    # 7: o1 and Phi-4
    ("o1-and-phi-4", "GPQA: o1 medium minus Phi-4", 19.7, 0.05),
    ("o1-and-phi-4", "GPQA: o1 high minus Phi-4", 20.7, 0.05),
    ("o1-and-phi-4", "MATH L5: o1 medium minus Phi-4", 29.5, 0.05),
    ("o1-and-phi-4", "MATH L5: o1 high minus Phi-4", 29.8, 0.05),
    ("o1-and-phi-4", "GPQA: o1 high minus DeepSeek-R1", 7, 0.6),
    ("o1-and-phi-4", "MATH L5: o1 high minus DeepSeek-R1", 1.5, 0.2),
    # 8: quantization
    ("quantization", "Llama 3 8B: perplexity, perplexity points", 0.175, 0.0005),
    ("quantization", "Llama 3 8B: KL divergence from full precision, nats a token", 0.031, 0.0005),
    (
        "quantization",
        "Llama 3 8B: same most likely token as full precision, percent of tokens",
        91.9,
        0.05,
    ),
    # 9: prices
    ("fifteen-dollars", "Kimi K3, USD out", 15, 0),
    ("fifteen-dollars", "GPT-4o, USD out", 10, 0),
    # 12: web pages
    ("coding", "Elo on 2026-06-21", 60.7, 0.05),
    ("coding", "Elo on 2026-08-19", 16.9, 0.05),
]


@pytest.mark.parametrize(("claim", "figure", "value", "within"), CLAIMED)
def test_claim(claim: str, figure: str, value: float, within: float) -> None:
    """The code finds what claims.md found."""
    assert FOUND[claim].figures[figure] == pytest.approx(value, abs=within)


def test_claims_that_do_not_hold() -> None:
    """What claims.md refutes is not called true here."""
    assert FOUND["glm-4.7"].holds == "no"
    assert FOUND["llama-4-ahead"].holds == "no"
    assert FOUND["osi-licenses"].holds == "no"
    assert "yes" not in {c.holds for c in FOUND.values()}


def test_most_models_of_deepseek_and_qwen_are_osi() -> None:
    """claims.md 11: MIT and Apache-2.0 for many current models."""
    figures = FOUND["osi-licenses"].figures
    for maker in ("deepseek-ai", "Qwen"):
        known = figures[f"{maker}: models with a known licence"]
        assert figures[f"{maker}: under an OSI-approved licence"] > known / 2 > 0


@needs_scores
@pytest.mark.parametrize(
    ("figure", "date", "style"),
    [
        ("Elo on 2026-06-25", "2026-06-25", "ON"),
        ("Elo on 2026-08-19", "2026-08-19", "ON"),
        ("Elo on 2026-08-19 without style control", "2026-08-19", "OFF"),
    ],
)
def test_arena_gap_recomputed(figure: str, date: str, style: str) -> None:
    """The same from scores.csv, without the code under test."""
    board = text_board(rows(), date, style)
    gap = float(best(board, "false")["score"]) - float(best(board, "true")["score"])
    assert FOUND["arena-gap"].figures[figure] == pytest.approx(gap)


@needs_scores
@pytest.mark.parametrize(
    "benchmark",
    [
        "GPQA Diamond",
        "SWE-bench Verified",
        "FrontierMath (tiers 1-3)",
        "FrontierMath Tier 4",
        "SimpleQA Verified",
    ],
)
def test_gaps_by_test_recomputed(benchmark: str) -> None:
    """Best closed minus best open of scores.csv."""
    found = [r for r in rows() if r["benchmark"] == benchmark]
    gap = float(best(found, "false")["score"]) - float(best(found, "true")["score"])
    assert FOUND["gaps-by-test"].figures[f"{benchmark}, percentage points"] == pytest.approx(gap)


@needs_scores
def test_places_recomputed() -> None:
    """Places by score on the board of scores.csv."""
    names = [r["model"] for r in text_board(rows(), "2026-06-25")]
    assert FOUND["glm-4.7"].figures["place in text on 2026-06-25"] == names.index("glm-4.7") + 1


@needs_scores
def test_moves_recomputed() -> None:
    """How far the same models moved between the two boards."""
    old = {r["model"]: float(r["score"]) for r in text_board(rows(), "2026-06-25")}
    new = {r["model"]: float(r["score"]) for r in text_board(rows(), "2026-08-19")}
    moves = [new[m] - old[m] for m in old.keys() & new.keys()]
    figures = FOUND["elo-moved"].figures
    assert figures["models on both boards"] == len(moves)
    assert figures["mean move in Elo"] == pytest.approx(sum(moves) / len(moves))
    assert figures["largest move"] == pytest.approx(max(map(abs, moves)))
