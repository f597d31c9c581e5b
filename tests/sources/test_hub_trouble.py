"""The live source when the Hub does not answer as it should: one line, our errors only, and no endless waiting."""

from __future__ import annotations

import datetime as dt
import socket
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.loopback import LoopbackHub
from weightlaw.errors import SourceError, UnknownModel
from weightlaw.sources import hubclient
from weightlaw.sources.hub import HubSource
from weightlaw.sources.hubtrouble import of_answer

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def message(source: HubSource, model_id: str = "org/model", revision: str | None = None) -> str:
    """The error's text, which is always one printable line."""
    with pytest.raises(SourceError) as caught:
        source.fetch(model_id, revision)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 400
    return text


@pytest.mark.parametrize(
    "model_id", ["no/such-model", "../x", "a/b/c", "x" * 300, "gpt2", "a/b\nc"]
)
def test_unknown(hub: LoopbackHub, model_id: str) -> None:
    """401 without a code, over http: what an anonymous caller gets for an unknown id."""
    with pytest.raises(UnknownModel) as caught:
        HubSource().fetch(model_id)
    assert "not found on the Hub, or is private, or gated" in str(caught.value)
    assert "HF_TOKEN" in str(caught.value)


def test_unknown_with_a_token(hub: LoopbackHub) -> None:
    """404 RepoNotFound: then the token is not the advice."""
    with pytest.raises(UnknownModel) as caught:
        HubSource(token=hub.grant("hf_good")).fetch("no/such")
    assert "this token may not see it" in str(caught.value)


def test_private(hub: LoopbackHub) -> None:
    """Private models are unknown to those who may not see them."""
    hub.add("org/secret", card="---\nlicense: mit\n---\n", private=True)
    with pytest.raises(UnknownModel):
        HubSource().fetch("org/secret")
    assert HubSource(token=hub.grant("t")).fetch("org/secret").declared.tags == ("mit",)


def test_bad_token(hub: LoopbackHub) -> None:
    """The Hub refuses everything, public models included: that is not "unknown"."""
    hub.add("org/model")
    text = message(HubSource(token="hf_expired"))
    assert "refuses the token" in text
    assert "hf_expired" not in text


def test_disabled(hub: LoopbackHub) -> None:
    """Repositories that the Hub has closed."""
    hub.fail(status=403, headers={"X-Error-Message": "Access to this resource is disabled."})
    with pytest.raises(UnknownModel, match="disabled"):
        HubSource().fetch("org/model")


def test_rate_limit(hub: LoopbackHub) -> None:
    """Too long to wait: said at once, with the time and what helps, and asked no more until then."""
    hub.add("org/model")
    hub.limit_rate("/api/", seconds=55)
    source = HubSource()
    text = message(source)
    assert "try again in 55 s" in text
    assert "a token (HF_TOKEN) raises the limit" in text
    assert message(source, "org/other") == text
    assert len(hub.requests) == 1


def test_short_rate_limit(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that passes soon is waited for, once."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    hub.add("org/model", card="---\nlicense: mit\n---\n")
    hub.limit_rate("/api/", seconds=4, times=1)
    assert HubSource().fetch("org/model").declared.tags == ("mit",)
    assert slept == [4.5]
    hub.fail("/api/", status=429, headers={"Retry-After": "3"})
    assert "try again in 3 s" in message(HubSource())
    assert slept == [4.5, 3.5]


def test_rate_limit_on_files(hub: LoopbackHub) -> None:
    """The API answered: its facts stand, and a note says which texts are missing."""
    hub.add("org/model", card="---\nlicense: mit\n---\n", files={"LICENSE": "x"})
    hub.limit_rate("/resolve/", seconds=300)
    facts = HubSource().fetch("org/model")
    assert facts.declared.tags == ("mit",)
    assert facts.texts == ()
    assert "README.md was not read: the Hub limits the rate" in facts.notes[0]
    assert len(hub.asked("/resolve/")) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 418, 403, 451])
def test_server_errors(hub: LoopbackHub, status: int) -> None:
    """Any other status is an error with its number, and nothing is retried for ever."""
    hub.fail(status=status, body="<html>oops</html>")
    assert str(status) in message(HubSource())
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>log in to the hotel's network</html>",
        "[]",
        "{}",
        "null",
        '{"id": "a/b", "siblings": 3}',
    ],
)
def test_answers_that_are_none(hub: LoopbackHub, body: str) -> None:
    """A captive portal, a proxy, a server of another kind."""
    hub.fail(status=200, body=body)
    assert "unusable answer" in message(HubSource())


def test_truncated_and_dropped(hub: LoopbackHub) -> None:
    """A connection that is cut is tried once more; then it is an error, or for a file a note."""
    hub.add("org/model", card="---\nlicense: mit\n---\nprose", files={"LICENSE": "x" * 1000})
    hub.fail("/api/", drop=True, times=1)
    assert HubSource().fetch("org/model").declared.tags == ("mit",)
    hub.fail("LICENSE", status=0, truncate=True)
    hub.add("org/model", card="---\nlicense: mit\n---\nprose", files={"LICENSE": "y" * 1000})
    facts = HubSource().fetch("org/model")
    assert facts.texts == ()
    assert "LICENSE was not read" in facts.notes[0]
    hub.fail("/api/", drop=True)
    assert "closed the connection" in message(HubSource())


def test_slow(hub: LoopbackHub) -> None:
    """A slow first answer is not waited for, nor is the second model."""
    hub.fail(status=0, delay=1.5)
    source = HubSource(timeout=0.2)
    start = time.perf_counter()
    first = message(source)
    assert "did not answer in time" in first
    assert message(source, "org/other") == first
    assert time.perf_counter() - start < 1
    assert len(hub.requests) <= 1


def test_a_thousand_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens: the first says so, the rest at once with the same words."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    source = HubSource()
    start = time.perf_counter()
    source.prefetch([(f"org/m{n}", None) for n in range(1000)])
    texts = {message(source, f"org/m{n}") for n in range(1000)}
    assert time.perf_counter() - start < 3
    assert len(texts) == 1
    assert "http://127.0.0.1:1 cannot be reached" in texts.pop()


def test_slow_name_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name has no time limit of its own."""
    monkeypatch.setattr(hubclient, "FIRST_CONTACT", 0.2)

    def slow(*_: Any, **__: Any) -> list[Any]:
        time.sleep(2)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    start = time.perf_counter()
    assert "did not answer in time" in message(HubSource(endpoint="http://hub.invalid"))
    assert time.perf_counter() - start < 1


def test_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """No such host, or no name server."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "cannot be reached" in message(HubSource(endpoint="http://hub.invalid"))


@pytest.mark.parametrize(
    "endpoint", ["nonsense", "http://", "file:///etc", "http://127.0.0.1:99999"]
)
def test_odd_endpoints(endpoint: str) -> None:
    """Whatever HF_ENDPOINT holds, only our errors come out."""
    message(HubSource(endpoint=endpoint))


def test_offline_mode(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """HF_HUB_OFFLINE opens no connection."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in message(HubSource())
    assert hub.requests == []


def test_read_only_cache(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that cannot be written is no reason to fail."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", "/dev/null/hub")
    hub.add("org/model", files={"LICENSE": "text"})
    assert len(HubSource().fetch("org/model").texts) == 1


HEADERS = st.dictionaries(
    st.sampled_from(["ratelimit", "retry-after", "x-error-code", "x-error-message"]),
    st.text() | st.sampled_from(['"api";r=0;t=9', "Wed, 21 Oct 2026 07:28:00", "GatedRepo", "7"]),
)


@given(st.integers(100, 599), HEADERS)
def test_any_refusal_is_understood(status: int, headers: dict[str, str]) -> None:
    """No header makes reading the refusal itself fail."""
    trouble = of_answer(status, headers, NOW)
    assert trouble.wait >= 0
    assert "\n" not in trouble.detail


def test_retry_after_a_date() -> None:
    """`Retry-After` may hold a date."""
    later = {"retry-after": "Tue, 24 Nov 2026 00:00:42 GMT"}
    assert of_answer(429, later, NOW).wait == 42
    assert of_answer(429, {"ratelimit": '"api";r=3;t=55'}, NOW).wait == 0
