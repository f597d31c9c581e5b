"""The embedded figures equal the reference file, and names mean only what is sure."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from tests.scores.rows import needs_scores, prices, rows
from weightlaw.catalog.store import load as load_catalog
from weightlaw.scores.levels import compiled
from weightlaw.scores.store import load

SCORES = load()
CATALOG = load_catalog()


@needs_scores
def test_every_figure_is_the_reference_figure() -> None:
    """Name, score, interval, date: line by line; an interval of no width is none."""

    def interval(low: str, high: str) -> tuple[float | None, float | None]:
        return (float(low), float(high)) if low and low != high else (None, None)

    wanted = Counter(
        (
            r["model"].strip(),
            float(r["score"]),
            *interval(r["ci_low"], r["ci_high"]),
            r["measured_on"],
        )
        for r in rows()
    )
    found = Counter((f.name, f.score, f.low, f.high, f.date) for f in SCORES.all_figures())
    assert found == wanted


@needs_scores
def test_every_price_is_the_reference_price() -> None:
    """Id, provider and both prices, in USD a million tokens."""
    wanted = Counter(
        (r["model_id"], r["provider"], float(r["input_per_mtok"]), float(r["output_per_mtok"]))
        for r in prices()
    )
    assert Counter((p.id, p.provider, p.input, p.output) for p in SCORES.all_prices()) == wanted


@needs_scores
def test_open_and_closed_are_as_the_source_says() -> None:
    """Where the source says something and nothing contradicts it, it is kept."""
    changed = {
        "minimax-m3",
        "laguna-m.1",
    }  # the board called them proprietary in June, open in August
    said = {
        (r["model"].strip(), r["score"]): r["open_weights"] for r in rows() if r["open_weights"]
    }
    words = {"true": "open", "false": "closed"}
    for figure in SCORES.all_figures():
        known = said.get((figure.name, f"{figure.score:g}"))
        if known and figure.name not in changed:
            assert figure.weights == words[known], figure.name


def test_open_models_are_named_by_their_catalogue_id() -> None:
    """A Hub id that the catalogue knows under another spelling would be judged, but shown twice."""
    for hub in {f.hub for f in SCORES.all_figures() if f.hub}:
        model = CATALOG.model(hub)
        assert model is None or model.id == hub


def test_closed_models_have_no_hub_id() -> None:
    """A slash means open weights, in every figure."""
    for figure in SCORES.all_figures():
        assert ("/" not in figure.model) or figure.weights == "open", figure.name


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("qwen3.8-max", "qwen3.8-max"),  # the API model is not Qwen/Qwen3.8-2.4T-A95B
        ("command-r", "CohereLabs/c4ai-command-r-v01"),  # the first, not that of August 2024
        ("DeepSeek R1 (0528)", "deepseek-ai/DeepSeek-R1-0528"),
        ("DeepSeek V3 (0324)", "deepseek-ai/DeepSeek-V3-0324"),
        ("DeepSeek-V3-Base", ""),
        ("deepseek-v4-pro-high-20260813", "deepseek-ai/DeepSeek-V4-Pro-0813"),
        ("deepseek-v4-flash-high", ""),  # of April or of July: the board does not say
        ("fireworks/kimi-k2p5", "moonshotai/Kimi-K2.5"),
        ("DeepSeek R1 + claude-3-5-sonnet-20241022", ""),
    ],
)
def test_name_traps(name: str, model: str) -> None:
    """Names that were mistaken before."""
    assert {f.model for f in SCORES.all_figures() if f.name == name} == {model}


def test_attribution_is_there() -> None:
    """Every source of a figure names its licence, and what CC-BY asks to be named."""
    for name in {f.source for f in SCORES.all_figures()}:
        source = SCORES.source(name)
        assert source.license
        assert source.attribution
        assert source.url.startswith("https://")


@pytest.mark.parametrize(
    ("args", "loaded"),
    [
        (["glm-4.7"], set()),
        (["llama4", "--mau", "900M"], {"", ".intervals", ".levels", ".replacing"}),
    ],
)
def test_check_never_loads_figures(args: list[str], loaded: set[str]) -> None:
    """The core stays light: an allowed check imports no module of this room, a denied one none of the figures."""
    code = (
        "import sys; from weightlaw.cli.main import main; "
        f"main(['check', *{args!r}, '--offline', '-o', '/dev/null']); "
        "print(*[m for m in sys.modules if m.startswith('weightlaw.scores')])"
    )
    compiled()  # in a checkout whose catalogue has just changed this is what loads the figures
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert set(done.stdout.split()) == {f"weightlaw.scores{m}" for m in loaded}, done.stderr
