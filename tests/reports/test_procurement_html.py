"""The page: accessible by what can be checked in its text, and by axe-core in Chromium where both are installed."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.npm import AXE
from tests.reports.test_procurement import FIVE, material, rendered, view
from weightlaw.domain.deployment import Deployment
from weightlaw.policy.house import House
from weightlaw.policy.waivers import Waiver
from weightlaw.reports.procurement import building

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def page() -> str:
    made = view([*FIVE, "qwen2.5-72b"], Deployment(mau=60_000_000, growth=0.02))
    return rendered(made, "html").decode()


class _Outline(HTMLParser):
    """Headings in order, landmarks, ids, and the elements with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="module")
def outline(page: str) -> _Outline:
    made = _Outline()
    made.feed(page)
    return made


def test_structure(outline: _Outline) -> None:
    """One h1, no level skipped, each landmark there, the language said."""
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    tags = [tag for tag, _ in outline.elements]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert ("html", {"lang": "en"}) in outline.elements


def test_ids_and_references(outline: _Outline) -> None:
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in outline.elements:
        for name in ("aria-labelledby", "href"):
            if target := attributes.get(name):
                assert target.removeprefix("#") in ids, target


def test_tables_have_heads_and_charts_have_words(outline: _Outline, page: str) -> None:
    heads = [a for tag, a in outline.elements if tag == "th"]
    assert heads
    assert all(a.get("scope") in ("row", "col") for a in heads)
    for tag, attributes in outline.elements:
        if tag == "svg":
            assert (
                attributes.get("aria-hidden") == "true"
                or attributes.get("aria-label")
                or "x" in attributes
                or not attributes
            )
    assert "Monthly active users (60M today, 76.1M in 12 months" in page


def test_only_its_own_script_may_run(page: str) -> None:
    """The policy of the page names the hashes of its one script and its one style, and nothing else."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "unsafe" not in policy[1]
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert (
            f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
            or f"{tag}-src 'sha256-{digest}'" in policy[1]
        )


def test_it_is_one_file(outline: _Outline) -> None:
    for tag, attributes in outline.elements:
        assert tag not in ("link", "img", "iframe", "object")
        assert "src" not in attributes


def _luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast(page: str) -> None:
    """Every color of text on the paper of its scheme: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    schemes = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    assert len(schemes) == 3
    for scheme in schemes:
        colors = {
            k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:])
            for k, v in re.findall(r"--(\w+): (#\w+)", scheme)
        }
        paper = _luminance(colors["paper"])
        for name in ("ink", "soft", "link", "ok", "cond", "rev", "no"):
            light, dark = sorted((_luminance(colors[name]), paper), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, colors[name])


RUN_AXE = """
<script>
window.addEventListener("load", async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]});
  const told = document.createElement("pre");
  told.id = "axe-result";
  told.textContent = "AXE" + JSON.stringify(found.violations.map(v => [v.id, v.nodes[0].html])) + "/AXE";
  document.body.append(told);
});
</script>
"""


needs_axe = pytest.mark.skipif(
    not (CHROMIUM and AXE.is_file()), reason="needs chromium and axe-core (npm install axe-core)"
)


DESKTOP, PHONE = "1280,900", "390,900"


@pytest.fixture(scope="module")
def barred() -> str:
    """A page that shows what the other does not: denials with replacements, a model that nobody knows, a waiver."""
    waiver = Waiver(
        model="meta-llama/Llama-3.3-70B-Instruct",
        revision="any",
        rule="WL201",
        reason="A licence of our own.",
        approver="Counsel",
        reference="DEC-1",
        expires="2027-01-31",
        source="weightlaw.yaml:3",
    )
    house = House(waivers=(waiver,), today="2026-11-24", source="weightlaw.yaml")
    models = ["llama4", "kimi-k3", "FLUX.1-dev", "nobody/knows-this", "Llama-3.3-70B-Instruct"]
    large = Deployment(mau=900_000_000, headquarters="DE")
    made = building.build(material(models, large, house=house))
    assert {d.verdict for d in made.decisions} == {"denied", "review", "conditional"}
    assert made.swaps
    assert made.exemptions
    return rendered(made, "html").decode()


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_finds_nothing(page: str, barred: str, size: str, scheme: str, tmp_path: Path) -> None:
    """axe-core's rules for WCAG 2.2 A and AA and its best practices, in a real browser."""
    assert _violations(page, size, tmp_path, scheme) == []
    assert _violations(barred, size, tmp_path, scheme) == []


@needs_axe
def test_axe_finds_nothing_in_print(page: str, barred: str, tmp_path: Path) -> None:
    """The same as it is printed: the rules for paper made those of the screen."""
    for made in (page, barred):
        assert "@media print" in made
        printed = made.replace("@media print", "@media screen")
        assert _violations(printed, "794,1123", tmp_path) == []


@needs_axe
def test_axe_would_find_something(page: str, tmp_path: Path) -> None:
    """The harness itself: a picture without words is told, and a color that only the dark scheme has."""
    broken = page.replace("<main>", '<main><img src="data:,">')
    assert [rule for rule, _ in _violations(broken, DESKTOP, tmp_path)] == ["image-alt"]
    faint = "@media (prefers-color-scheme: dark) { .faint { color: #222; background: #111 } }"
    page = page.replace("</style>", f"{faint}</style>")
    page = page.replace("<main>", '<main><p class="faint">faint</p>')
    assert _violations(page, DESKTOP, tmp_path) == []
    told = [rule for rule, _ in _violations(page, DESKTOP, tmp_path, "dark")]
    assert told == ["color-contrast"]


def _violations(page: str, size: str, tmp_path: Path, scheme: str = "light") -> list[list[str]]:
    body = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    script = f"<script>{AXE.read_text(encoding='utf-8')}</script>{RUN_AXE}"
    file = tmp_path / "page.html"
    file.write_text(body.replace("</body>", script + "</body>"), encoding="utf-8")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        f"--window-size={size}",
        f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}",
    ]
    done = subprocess.run(
        [str(CHROMIUM), *options, "--virtual-time-budget=30000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    result = re.search(r'id="axe-result">AXE(.*)/AXE', done.stdout, re.DOTALL)
    assert result is not None, done.stderr[-500:]
    found: list[list[str]] = json.loads(html.unescape(result[1]))
    return found


def test_five_models_in_time(tmp_path: Path) -> None:
    """A cold process, offline: at most 1.5 s."""
    code = f"from weightlaw.cli import report; report.run(report.parser().parse_args({[*FIVE, '--mau', '900M', '--offline', '--no-policy', '-o', str(tmp_path / 'r.html')]!r}))"
    times = []
    for _ in range(3):
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        times.append(time.monotonic() - start)
    assert min(times) < 1.5
