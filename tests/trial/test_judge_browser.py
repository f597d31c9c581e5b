"""A person's walk through the page in a real Chromium: keys, reload, undo, resume; what goes over the line; what hostile
answers can do (nothing)."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.npm import AXE
from tests.trial.chromium import CHROMIUM, Browser, Page
from tests.trial.invented_trial import WORDS, asked, make
from weightlaw.trial.judge_page import JudgeServer, serve
from weightlaw.trial.judging import Judging
from weightlaw.trial.store import Store
from weightlaw.trial.values import Message, Prompt

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
SIX = {
    f"p{n}": {
        "zebrawood": f"I am Qwen, made by Alibaba. **The sum** is {n}; ollama runs it.",
        "quillfish": f"As ChatGPT (gpt-4o-mini at api.openai.com by OpenAI) — the sum is {n}.",
    }
    for n in range(6)
}
READY = "!document.getElementById('pair').hidden"
COUNT = "document.getElementById('count').textContent"
SETTLED = 0.35
"""Seconds after which a key counts: the page does not take one that was meant for the pair before."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    made = Browser(tmp_path_factory.mktemp("profile"))
    yield made
    made.close()


@contextmanager
def served(path: Path, rater: str = "dana", again: bool = False) -> Iterator[JudgeServer]:
    """`trial judge`, without the command line around it."""
    with Store(str(path)) as store:
        server = JudgeServer(Judging(store, rater, again=again))
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        try:
            yield server
        finally:
            server.finished = True
            thread.join()


def votes(path: Path) -> Counter[str]:
    with Store(str(path)) as store:
        return Counter(v.choice for v in store.votes())


def judge(page: Page, key: str) -> None:
    """Press a key and wait for what comes of it."""
    before = page.value(COUNT)
    time.sleep(SETTLED)
    page.key(key)
    page.until(f"{COUNT} !== {json.dumps(before)}")


def open_page(
    browser: Browser,
    server: JudgeServer,
    width: int = 1280,
    height: int = 800,
    scheme: str = "light",
) -> Page:
    page = browser.page(width, height, scheme)
    page.open(server.address)
    page.until(READY)
    return page


def test_a_persons_walk(browser: Browser, tmp_path: Path) -> None:
    """Open, judge with keys, note, undo, reload in the middle, close, come back, finish."""
    path = make(tmp_path / "six.trial", SIX)
    traffic: list[str] = []
    with served(path) as server:
        page = open_page(browser, server)
        assert page.value("location.href") == f"http://127.0.0.1:{server.port}/"
        assert page.value(COUNT) == "0 of 6 judged"
        judge(page, "1")
        judge(page, "ArrowRight")
        judge(page, " ")
        assert votes(path) == {"left": 1, "right": 1, "tie": 1}
        shown = page.value("document.getElementById('answers').textContent")
        page.reload()
        page.until(READY)
        assert page.value(COUNT) == "3 of 6 judged"
        assert page.value("document.getElementById('answers').textContent") == shown
        judge(page, "u")
        assert votes(path) == {"left": 1, "right": 1}
        judge(page, "2")
        page.key("n")
        page.type("B is 2 the point")
        page.key("1")  # goes into the note
        page.key("Escape")
        judge(page, "ArrowLeft")
        traffic += page.traffic()
        assert page.errors() == []
        page.close()
    with Store(str(path)) as store:
        assert [v.note for v in store.votes() if v.note] == ["B is 2 the point1"]
        assert all(0.3 <= v.seconds < 30 for v in store.votes())
    with served(path) as server:
        page = open_page(browser, server)
        assert page.value(COUNT) == "4 of 6 judged"
        judge(page, "t")
        judge(page, "0")
        page.until("document.getElementById('pair').hidden")
        assert "All pairs are judged" in page.value(
            "document.getElementById('message').textContent"
        )
        page.value("document.getElementById('finish').click()")
        page.until("document.getElementById('message').textContent.includes('close this window')")
        end = time.monotonic() + 10
        while not server.finished and time.monotonic() < end:
            time.sleep(0.01)
        assert server.finished
        traffic += page.traffic()
        page.close()
    assert votes(path) == {"left": 2, "right": 2, "tie": 2}
    assert len(traffic) > 20
    assert any("name removed" in part for part in traffic)
    for part in traffic:
        assert not [w for w in WORDS if w in part.lower()], part[:500]


def test_the_difference_view(browser: Browser, tmp_path: Path) -> None:
    path = make(
        tmp_path / "t",
        {
            "p": {
                "zebrawood": "The fee is 9 euros today.",
                "quillfish": "The fee is 12 euros today.\n\n```\nx = 1\n```",
            }
        },
    )
    with served(path) as server:
        page = open_page(browser, server)
        page.key("d")
        page.until("document.querySelector('mark')")
        marks = page.value("[...document.querySelectorAll('mark')].map(m => m.textContent).sort()")
        assert marks == ["12", "9", "x = 1"]
        page.key("d")
        page.until("!document.querySelector('mark')")
        assert page.errors() == []
        page.close()


def test_pause_hides_and_stops_the_clock(browser: Browser, tmp_path: Path) -> None:
    path = make(tmp_path / "t", SIX)
    with served(path) as server:
        page = open_page(browser, server)
        page.key("p")
        page.until(
            "document.getElementById('pair').hidden && document.getElementById('dock').hidden"
        )
        page.key("1")
        time.sleep(3)
        assert not votes(path)
        page.key("p")
        page.until(READY)
        judge(page, "1")
        page.close()
    with Store(str(path)) as store:
        assert store.votes()[0].seconds < 2.9


def test_a_key_pressed_twice_judges_once(browser: Browser, tmp_path: Path) -> None:
    """The second press was meant for the pair before: right after a new one is shown, and on top of the first."""
    path = make(tmp_path / "t", SIX)
    with served(path) as server:
        page = open_page(browser, server)
        press = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '1', bubbles: true}))"
        page.value(
            f"new MutationObserver((_, it) => {{ it.disconnect(); setTimeout(() => {press}, 30); }})"
            ".observe(document.getElementById('count'), {childList: true})"
        )
        time.sleep(SETTLED)
        page.value(f"{press}; {press}")
        page.until(f"{COUNT} === '1 of 6 judged'")
        time.sleep(0.5)
        assert sum(votes(path).values()) == 1
        page.close()


def test_single_keys_can_be_switched_off(browser: Browser, tmp_path: Path) -> None:
    """WCAG 2.2, 2.1.4: who speaks to the computer must not choose by a stray letter."""
    path = make(tmp_path / "t", SIX)
    with served(path) as server:
        page = open_page(browser, server)
        page.key("?")
        page.until("document.getElementById('keys').open")
        page.value("document.getElementById('single').click()")
        page.key("Escape")
        page.until("!document.getElementById('keys').open")
        time.sleep(SETTLED)
        page.key("1")
        time.sleep(0.3)
        assert not votes(path)
        page.value("document.getElementById('choose-left').click()")
        page.until(f"{COUNT} === '1 of 6 judged'")
        page.close()


def test_what_was_judged_in_another_tab_is_not_judged_twice(
    browser: Browser, tmp_path: Path
) -> None:
    path = make(tmp_path / "t", SIX)
    with served(path) as server:
        one, other = open_page(browser, server), open_page(browser, server)
        judge(one, "1")
        judge(other, "2")
        assert votes(path) == {"left": 1}
        one.close()
        other.close()


def test_a_dead_server_is_told_and_nothing_is_lost(browser: Browser, tmp_path: Path) -> None:
    path = make(tmp_path / "t", SIX)
    with served(path) as server:
        page = open_page(browser, server)
        judge(page, "1")
    time.sleep(SETTLED)
    page.key("2")
    page.until("document.getElementById('message').textContent.includes('does not answer')")
    assert votes(path) == {"left": 1}
    page.close()


def test_without_the_token_the_page_stays_empty(browser: Browser, tmp_path: Path) -> None:
    with served(make(tmp_path / "t", SIX)) as server:
        page = browser.page()
        page.open(f"http://127.0.0.1:{server.port}/")
        page.until("document.getElementById('message').textContent.includes('address')")
        assert page.value("document.getElementById('pair').hidden")
        page.close()


HOSTILE = """\
<script>window.ran = 1</script></script><script>window.ran = 2</script>
<img src="http://evil.example/a.png" onerror="window.ran = 3"><svg onload="window.ran = 4"></svg>
<iframe src="javascript:parent.ran = 5"></iframe><a href="javascript:window.ran = 6">x</a>
![x](http://evil.example/b.png) [x](javascript:window.ran=7) <https://evil.example/c>
<link rel="stylesheet" href="http://evil.example/d.css"><style>body { display: none }</style>
<meta http-equiv="refresh" content="0;url=http://evil.example/e">
<form action="http://evil.example/f"><button>1</button></form><base href="http://evil.example/">
{{ nonce }} {{ script }} ${window.ran = 8} \u202ereversed\u202c \x1b[31m red \x00 \u2028
]]> --> <!-- </textarea></title><plaintext>"""


def test_hostile_answers_are_text(browser: Browser, tmp_path: Path) -> None:
    """Nothing runs, nothing is fetched, nothing is restyled; the texts stand there as texts."""
    answers = {"p": {"zebrawood": HOSTILE, "quillfish": f"```html\n{HOSTILE}\n```"}}
    prompts = {
        "p": Prompt(
            id="p",
            messages=(Message("system", HOSTILE), Message("user", HOSTILE)),
            tools=({"type": "function", "function": {"name": HOSTILE}},),
        )
    }
    with served(make(tmp_path / "t", answers, prompts=prompts), rater="<b>kim</b>") as server:
        page = open_page(browser, server)
        page.key("d")
        page.until("document.querySelector('mark')")
        time.sleep(0.5)
        assert page.value("window.ran === undefined")
        assert page.value("document.querySelectorAll('script').length") == 1
        inside = "document.querySelectorAll('#pair :is(script, img, svg, iframe, a, link, style, meta, form, base, textarea)')"
        assert page.value(f"{inside}.length") == 0
        assert page.value("document.getElementById('who').textContent") == "<b>kim</b>"
        text = page.value("document.getElementById('pair').textContent")
        assert "window.ran = 2" in text
        assert not set(text) & {"\u202e", "\x1b", "\x00"}
        assert {urlsplit(a).netloc for a in page.addresses()} == {f"127.0.0.1:{server.port}"}
        assert page.errors() == []
        page.close()


def test_a_huge_answer_does_not_freeze_the_page(browser: Browser, tmp_path: Path) -> None:
    """Five megabytes, one line: shown in part at once, and all of it on demand while keys still work."""
    answers = {"p": {"zebrawood": "word" * 1_250_000, "quillfish": "short"}}
    with served(make(tmp_path / "t", answers)) as server:
        page = browser.page()
        begun = time.monotonic()
        page.open(server.address)
        page.until(READY)
        assert time.monotonic() - begun < 10
        box = page.value(
            "['left', 'right'].find(s => document.getElementById(s).textContent.length > 100)"
        )
        assert page.value(f"document.getElementById('{box}').textContent.length") == 20_000
        page.value(
            "window.longest = 0; (last => { const step = now => { longest = Math.max(longest, now - last); last = now;"
            " requestAnimationFrame(step); }; requestAnimationFrame(step); })(performance.now())"
        )
        page.value(f"document.querySelector('#{box}-more button:last-child').click()")
        page.until(f"document.getElementById('{box}').textContent.length === 5000000")
        assert page.value("longest") < 3000
        page.key("d")
        page.until("document.getElementById('live').textContent.includes('too long')")
        judge(page, "1")
        page.close()


def test_a_long_prompt_can_be_opened(browser: Browser, tmp_path: Path) -> None:
    answers = {"p": {"zebrawood": "a", "quillfish": "b"}}
    prompts = {"p": asked("p", "\n".join(f"line {n}" for n in range(80)))}
    with served(make(tmp_path / "t", answers, prompts=prompts)) as server:
        page = open_page(browser, server)
        height = "document.getElementById('prompt').offsetHeight"
        assert page.value(height) < 260
        page.value("document.getElementById('whole').click()")
        assert page.value(height) > 1000
        assert (
            page.value("document.getElementById('whole').getAttribute('aria-expanded')") == "true"
        )
        page.close()


def test_who_wrote_what_leaves_no_trace_in_the_traffic(browser: Browser, tmp_path: Path) -> None:
    """The distinguisher over the line: with the candidates' texts exchanged, the same requests go out in the same order,
    and the same answers come, mirrored. What differs is the token, the nonce, the port and the clock alone."""
    swapped = {
        p: {"zebrawood": by["quillfish"], "quillfish": by["zebrawood"]} for p, by in SIX.items()
    }
    seen = []
    for name, answers in (("a", SIX), ("b", swapped)):
        with served(make(tmp_path / name, answers)) as server:
            page = open_page(browser, server)
            bodies = []
            for _ in range(6):
                bodies.append(page.value("document.getElementById('answers').innerText"))
                judge(page, "t")
            asked_for = [urlsplit(a).path for a in page.addresses()]
            sizes = [
                e["response"]["headers"]["Content-Length"]
                for e in page.events("Network.responseReceived")
                if urlsplit(e["response"]["url"]).path != "/"
            ]
            seen.append((asked_for, sizes, bodies))
            page.close()
    (paths, sizes, bodies), (other_paths, other_sizes, other_bodies) = seen
    assert paths == other_paths
    assert sizes == other_sizes
    assert bodies != other_bodies
    for one, other in zip(bodies, other_bodies, strict=True):
        assert sorted(one.split()) == sorted(other.split())


needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core (npm install axe-core)")


@needs_axe
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    """axe-core's rules for WCAG 2.2 A and AA and its best practices, in each state of the page."""
    path = make(
        tmp_path / "t",
        {"p": {"zebrawood": "The sum is 4.\n```\nx\n```", "quillfish": "It is four."}},
    )
    with served(path) as server:
        page = open_page(browser, server, *size, scheme)
        page.do("Page.setBypassCSP", enabled=True)
        page.reload()
        page.until(READY)
        page.value(AXE.read_text(encoding="utf-8") + ";1")
        assert violations(page) == []
        for key in ("d", "n", "Escape", "?"):
            page.key(key)
            time.sleep(0.3)
            assert violations(page) == [], key
        page.key("Escape")
        page.key("p")
        page.until("!document.getElementById('paused').hidden")
        assert violations(page) == [], "paused"
        page.key("p")
        judge(page, "1")
        assert violations(page) == [], "the end"
        page.close()


@needs_axe
def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    """The harness itself: a button without words is told."""
    with served(make(tmp_path / "t", SIX)) as server:
        page = open_page(browser, server)
        page.do("Page.setBypassCSP", enabled=True)
        page.reload()
        page.until(READY)
        page.value(AXE.read_text(encoding="utf-8") + ";1")
        page.value("document.querySelector('main').append(document.createElement('button'))")
        assert [rule for rule, _ in violations(page)] == ["button-name"]
        page.close()


def violations(page: Page) -> list[list[str]]:
    only = '["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]'
    found: list[list[str]] = json.loads(
        page.value(
            f"axe.run(document, {{runOnly: {only}}}).then(r => JSON.stringify(r.violations.map(v => [v.id, v.nodes[0].html])))"
        )
    )
    return found
