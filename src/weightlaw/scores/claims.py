"""Popular numbers on open and closed models, computed anew from the figures at hand; see docs/claims.md.

Each claim is one function: what is said, what the embedded figures give, and whether it holds. Claims that these
figures cannot decide are told as such, never as refuted. Source of the claims: `../shared/scores/claims.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from statistics import mean, stdev

from weightlaw.catalog.store import Catalog
from weightlaw.references.quantization import published_losses
from weightlaw.scores.boards import board
from weightlaw.scores.claimed import Claim
from weightlaw.scores.gaps import level_gap, months_gap, points_gap, release_lags, timed
from weightlaw.scores.intervals import win_rate
from weightlaw.scores.store import Scores

TEXT, RAW, WEB, ECI = "arena-text-style", "arena-text-raw", "arena-webdev", "epoch-eci"
JUNE, JUNE_WEB = "2026-06-25", "2026-06-21"


def claims(scores: Scores, catalog: Catalog) -> tuple[Claim, ...]:
    """All claims that can be computed from the embedded data, in their order."""
    by_figures: tuple[Callable[[Scores], Claim], ...] = (
        months_behind,
        gaps_by_test,
        arena_gap,
        glm_rank,
        llama_ahead,
        elo_moved,
        o1_and_phi,
    )
    found = [claim(scores) for claim in by_figures]
    return (
        *found,
        quantization_loss(),
        fifteen_dollars(scores),
        osi_licenses(catalog),
        coding(scores),
    )


def months_behind(scores: Scores) -> Claim:
    """Epoch's three months, by both rules."""
    table = board(scores, scores.one(ECI))
    models = timed(table, scores.releases())
    gap = points_gap(table)
    windows = {
        "2023-01 to 2025-10": (date(2023, 1, 1), date(2025, 10, 30)),
        "2026-01 to 2026-05": (date(2026, 1, 1), date(2026, 5, 14)),
    }
    figures = {"points": gap.difference, "months by level, strict": level_gap(models)}
    for name, (start, end) in windows.items():
        for significant in (False, True):
            found = months_gap(ECI, models, start, end, significant=significant)
            rule = "significant" if significant else "strict"
            figures[f"months {name}, {rule}"] = found.months
    lags = {lag.model: lag.months for lag in release_lags(models)}
    for model in ("deepseek-ai/DeepSeek-R1", "deepseek-ai/DeepSeek-V3.2", "moonshotai/Kimi-K2.5"):
        figures[f"lag of {model.split('/')[1]} in months"] = lags[model]
    return Claim(
        id="months-behind",
        says="Open models trail closed ones by about three months (Epoch AI).",
        holds="partly",
        found="About four months where only a significant lead counts, as Epoch counts; six to eight "
        "months where any lead counts. Without its rule a number of months says little.",
        figures=figures,
    )


_TESTS = ("epoch-gpqa-diamond", "epoch-swe-bench-verified", "epoch-frontiermath")
_HARD = ("epoch-frontiermath-tier-4", "epoch-simpleqa-verified")


def gaps_by_test(scores: Scores) -> Claim:
    """Best closed minus best open, test by test."""
    gaps = {s: points_gap(board(scores, scores.one(s))).difference for s in (*_TESTS, *_HARD)}
    return Claim(
        id="gaps-by-test",
        says="By early 2026 open models are level on knowledge and single digits behind on reasoning.",
        holds="partly",
        found="True of tests that are nearly solved; on hard mathematics and on recall of facts the gap "
        "is 25 to 35 percentage points. Epoch had not run the newest open models.",
        figures={f"{scores.one(s).benchmark}, percentage points": g for s, g in gaps.items()},
    )


def arena_gap(scores: Scores) -> Claim:
    """The gap on Arena Text and in votes."""
    june = points_gap(board(scores, scores.one(TEXT), JUNE))
    august = points_gap(board(scores, scores.one(TEXT)))
    raw = points_gap(board(scores, scores.one(RAW)))
    return Claim(
        id="arena-gap",
        says="On LMArena's text board open models are 25 to 42 Elo behind.",
        holds="partly",
        found="It was 35 in June 2026 and 18 in August, with style control. 30 Elo are 54 votes in a "
        "hundred. The May board is not among these figures.",
        figures={
            "Elo on 2026-06-25": june.difference,
            "Elo on 2026-08-19": august.difference,
            "Elo on 2026-08-19 without style control": raw.difference,
            "win rate of 30 Elo": win_rate(30),
        },
    )


def glm_rank(scores: Scores) -> Claim:
    """GLM-4.7's places on the boards at hand."""
    series = scores.one(TEXT)
    places = {
        on: board(scores, series, on, every=True).rank("glm-4.7") for on in (JUNE, "2026-08-19")
    }
    return Claim(
        id="glm-4.7",
        says="GLM-4.7 was the first open model in the top ten of text and web boards.",
        holds="no",
        found="Place 60 of the text board in June 2026, 79 in August. (In March, which is not among "
        "these figures: 35.) Its licence is MIT, not Apache 2.0.",
        figures={f"place in text on {on}": float(p or 0) for on, p in places.items()},
    )


def llama_ahead(scores: Scores) -> Claim:
    """Llama 4 Maverick and OLMo beside GLM-4.7."""
    table = board(scores, scores.one(TEXT), JUNE, every=True)
    names = ("glm-4.7", "llama-4-maverick-17b-128e-instruct", "olmo-3.1-32b-instruct")
    found = {n: next(f for f in table.figures if f.name == n) for n in names}
    figures = {f"{n}, Elo": f.score for n, f in found.items()}
    figures |= {f"{n}, place": float(table.rank(n) or 0) for n in names}
    return Claim(
        id="llama-4-ahead",
        says="Llama 4 may rank higher than GLM-4.7 in some categories.",
        holds="no",
        found="It is 115 Elo behind overall in June 2026; OLMo 3.1 32B, which is Apache-2.0, is level "
        "with it. (By category, which is not among these figures: behind in all 26.)",
        figures=figures,
    )


def elo_moved(scores: Scores) -> Claim:
    """How far the same models moved between publications, and how far style control moves them."""
    moves = drift(scores, TEXT, JUNE, "2026-08-19")
    style = [abs(x) for x in styled(scores, "2026-08-19")]
    return Claim(
        id="elo-moved",
        says="The rename of LMArena in January 2026 moved ratings by 20 to 40 Elo.",
        holds="not decided by these figures",
        found="Between June and August 2026 the same models hardly moved. What moves ratings by 34 Elo "
        "in the mean is style control on or off. (December 2025 to June 2026, not among these figures: mean -1.)",
        figures={
            "models on both boards": float(len(moves)),
            "mean move in Elo": mean(moves),
            "standard deviation of the moves": stdev(moves),
            "largest move": max(map(abs, moves)),
            "mean move by style control": mean(style),
        },
    )


def drift(scores: Scores, series: str, first: str, second: str) -> list[float]:
    """Score in the second publication minus the first, for each name on both."""
    old = {f.name: f.score for f in scores.figures(series) if f.date == first}
    new = {f.name: f.score for f in scores.figures(series) if f.date == second}
    return [new[n] - old[n] for n in sorted(old.keys() & new.keys())]


def styled(scores: Scores, on: str) -> list[float]:
    """Rating with style control minus without, for each name of one publication."""
    raw = {f.name: f.score for f in scores.figures(RAW) if f.date == on}
    pairs = ((f.score, raw.get(f.name)) for f in scores.figures(TEXT) if f.date == on)
    return [a - b for a, b in pairs if b is not None]


def o1_and_phi(scores: Scores) -> Claim:
    """o1, Phi-4 and DeepSeek-R1 on two tests."""
    figures: dict[str, float] = {}
    for series, short in (("epoch-gpqa-diamond", "GPQA"), ("epoch-math-level-5", "MATH L5")):
        by_name = {f.name: f.score for f in scores.figures(series)}
        for effort in ("medium", "high"):
            gap = by_name[f"o1-2024-12-17_{effort}"] - by_name["phi-4"]
            figures[f"{short}: o1 {effort} minus Phi-4"] = gap
        figures[f"{short}: o1 high minus DeepSeek-R1"] = (
            by_name["o1-2024-12-17_high"] - by_name["DeepSeek-R1"]
        )
    return Claim(
        id="o1-and-phi-4",
        says="o1 led the best downloadable model by 20 points on GPQA and 29 on MATH level 5.",
        holds="partly",
        found="The numbers hold for Phi-4. But DeepSeek-R1 (MIT) came out five weeks after o1 and was "
        "within eight points and two.",
        figures=figures,
    )


def quantization_loss() -> Claim:
    """What Q4_K_M costs Llama 3 8B, as published."""
    ours = [r for r in published_losses() if (r.model, r.quantization) == ("Llama 3 8B", "Q4_K_M")]
    rows = {f"{r.metric}, {r.unit}": float(r.loss) for r in ours if "no importance" in r.note}
    rows |= {f"{r.metric}, {r.unit}": float(r.quantized) for r in ours if "same most" in r.metric}
    return Claim(
        id="quantization",
        says="Q4_K_M has measurable loss, and explains most of why a local model feels worse.",
        holds="partly",
        found="The loss is measurable and small on average. That it explains most of the difference was "
        "measured nowhere.",
        figures={f"Llama 3 8B: {metric}": value for metric, value in rows.items()},
    )


def fifteen_dollars(scores: Scores) -> Claim:
    """Who asks 15 dollars a million tokens."""
    listed = scores.all_prices()
    kimi = min((p.output for p in listed if p.id.endswith("/kimi-k3")), default=0.0)
    gpt = min(p.output for p in listed if p.id == "gpt-4o" and p.provider == "openai")
    return Claim(
        id="fifteen-dollars",
        says="A closed frontier model costs 15 dollars a million tokens.",
        holds="partly",
        found="15 is the price of output of some models, at 2.50 or 3 for input. The open weights of "
        "Kimi K3 are offered at the same price, GPT-4o at 2.50 and 10.",
        figures={
            "models at 3 in, 15 out": float(len(_priced(scores, 3, 15))),
            "models at 2.50 in, 15 out": float(len(_priced(scores, 2.5, 15))),
            "Kimi K3, USD out": kimi,
            "GPT-4o, USD out": gpt,
        },
    )


def _priced(scores: Scores, dollars_in: float, dollars_out: float) -> set[str]:
    found = (p for p in scores.all_prices() if (p.input, p.output) == (dollars_in, dollars_out))
    return {p.id for p in found}


def osi_licenses(catalog: Catalog) -> Claim:
    """How many models of DeepSeek and Qwen in the catalogue are under OSI-approved licences."""
    figures = {}
    for maker in ("deepseek-ai", "Qwen"):
        models = [catalog.model(i) for i in catalog.model_ids() if i.startswith(f"{maker}/")]
        known = [catalog.license(m.license) for m in models if m and m.license]
        figures[f"{maker}: models with a known licence"] = float(len(known))
        figures[f"{maker}: under an OSI-approved licence"] = float(
            sum(entry is not None and entry.osi_approved for entry in known)
        )
    return Claim(
        id="osi-licenses",
        says="The licences of DeepSeek and Qwen are not OSI-compliant.",
        holds="no",
        found="Most of their models in the catalogue are MIT or Apache-2.0, which OSI approved. (None "
        "meets OSI's Open Source AI Definition, which asks for more than a licence.)",
        figures=figures,
    )


def coding(scores: Scores) -> Claim:
    """The gap in building web pages."""
    june = points_gap(board(scores, scores.one(WEB), JUNE_WEB))
    august = points_gap(board(scores, scores.one(WEB)))
    return Claim(
        id="coding",
        says="Coding benchmarks have basically equalised.",
        holds="partly",
        found="61 Elo behind on web pages in June 2026, 17 in August; ten points behind on SWE-bench "
        "Verified in Epoch's scaffold.",
        figures={"Elo on 2026-06-21": june.difference, "Elo on 2026-08-19": august.difference},
    )
