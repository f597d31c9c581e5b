"""Requests to the Hub through its own client: its token, proxies, endpoint and cache, but bounded in time and size."""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from weightlaw.errors import SourceError, UnknownModel
from weightlaw.references.parsing import printable
from weightlaw.sources import hubcache
from weightlaw.sources.hubtrouble import Trouble, diagnose
from weightlaw.sources.limits import within
from weightlaw.version import VERSION

MAX_FILE = 2_000_000
"""Bytes of one file. Licence texts are a tenth of it at most."""
FIRST_CONTACT = 5.0
"""Seconds for the first answer of all, looking up the name included."""
MAX_FAILURES = 3
"""Requests in a row that may time out before the Hub is taken to be out of reach."""
ROUNDING = 0.5
"""Added to what the Hub says to wait: it gives whole seconds."""
EXPAND = (
    "cardData",
    "gated",
    "sha",
    "siblings",
    "tags",
    "baseModels",
    "config",
    "gguf",
    "lastModified",
    "pipeline_tag",
    "library_name",
    "safetensors",
)

Value = TypeVar("Value")


class Answer(Struct, frozen=True, kw_only=True):
    """What the Hub's API says of a model. Empty where it says nothing."""

    id: str
    sha: str = ""
    card: dict[str, object] = {}
    gated: str = "unknown"
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    base_models: object = None
    """As sent: `{"relation": ..., "models": [{"id": ...}]}`."""
    config: dict[str, object] = {}
    gguf: dict[str, object] = {}
    pipeline_tag: str = ""
    parameters: int = 0
    last_modified: str = ""


class Patience:
    """How many seconds one fetch may still spend waiting for a rate limit to pass."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def wait(self, seconds: float) -> bool:
        """Wait, if that is known to be short enough; whether it was."""
        if not 0 < seconds <= self.left:
            return False
        self.left -= seconds
        time.sleep(seconds + ROUNDING)
        return True


class HubClient:
    """The Hub as one caller sees it. Safe to use from many threads."""

    def __init__(
        self,
        endpoint: str | None,
        token: str | None,
        timeout: float,
        clock: Callable[[], dt.datetime],
    ) -> None:
        # Before the first import of the client, which reads them once. It would otherwise tell the Hub about this
        # machine and ask for a list of coding agents.
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        from huggingface_hub import HfApi, constants

        self._api: Any = HfApi(
            endpoint=endpoint or os.environ.get("HF_ENDPOINT", "").rstrip("/") or None,
            token=token,
            library_name="weightlaw",
            library_version=VERSION,
        )
        if not (os.environ.get("HF_DEBUG") or os.environ.get("HF_HUB_VERBOSITY")):
            logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        self.endpoint: str = self._api.endpoint
        self._cache: str = constants.HF_HUB_CACHE
        self._timeout = timeout
        self._clock = clock
        self._breaker = _Breaker()

    def model(self, model_id: str, revision: str | None, patience: Patience) -> Answer:
        """What the API says of a model at a revision. Raises UnknownModel, SourceError."""
        found = self._model(model_id, revision, EXPAND, patience)
        if isinstance(found, Trouble) and found.kind == "options":
            # A mirror, or a Hub of another year, that does not know all of these: take what it gives unasked.
            found = self._model(model_id, revision, None, patience)
        if isinstance(found, Trouble):
            raise self._error(found, model_id, revision)
        return found

    def _model(
        self,
        model_id: str,
        revision: str | None,
        expand: tuple[str, ...] | None,
        patience: Patience,
    ) -> Answer | Trouble:
        def ask() -> Answer:
            fields = list(expand) if expand else None
            return _answer(
                self._api.model_info(
                    model_id, revision=revision, timeout=self._timeout, expand=fields
                )
            )

        return self._ask(ask, patience)

    def file(
        self, repo_id: str, path: str, revision: str, patience: Patience, kind: str | None = None
    ) -> bytes | Trouble:
        """A file's bytes, from the shared cache where it is in it; or why they could not be had.

        `kind` is None for a model's repository, else `dataset` or `space`.
        """
        cached = None if kind else hubcache.read(self._cache, repo_id, revision, path, MAX_FILE)
        if cached is not None:
            return cached
        got = self._ask(lambda: self._download(repo_id, path, revision, kind), patience)
        if isinstance(got, Trouble):
            return got
        data, etag = got
        if len(data) > MAX_FILE:
            return Trouble(kind="other", detail=f"it is larger than {MAX_FILE:,} bytes")
        if not kind:
            hubcache.write(self._cache, repo_id, revision, path, etag, data)
        return data

    def _download(
        self, repo_id: str, path: str, revision: str, kind: str | None
    ) -> tuple[bytes, str]:
        """At most one byte more than allowed, and the ETag. Follows the Hub's redirects."""
        from huggingface_hub import get_session, hf_hub_url, hf_raise_for_status
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        url = hf_hub_url(
            repo_id, path, revision=revision, repo_type=kind, endpoint=self._api.endpoint
        )
        headers = build_hf_headers(
            token=self._api.token, library_name="weightlaw", library_version=VERSION
        )
        parts, size = [], 0
        with get_session().stream(
            "GET", url, headers=headers, timeout=self._timeout, follow_redirects=True
        ) as response:
            hf_raise_for_status(response)
            for part in response.iter_bytes(65_536):
                parts.append(part)
                size += len(part)
                if size > MAX_FILE:
                    break
            etag = response.headers.get("etag", "").removeprefix("W/").strip('"')
        return b"".join(parts)[: MAX_FILE + 1], etag

    def _ask(self, call: Callable[[], Value], patience: Patience) -> Value | Trouble:
        """Call within the time limits.

        Once more where a rate limit passes soon, or where the connection was cut: a server may have closed an idle
        one just when it was used again.
        """
        closed = self._breaker.closed()
        if closed is not None:
            return closed
        got = self._once(call)
        if isinstance(got, Trouble) and (
            got.kind == "cut" or (got.kind == "limited" and patience.wait(got.wait))
        ):
            got = self._once(call)
        if isinstance(got, Trouble):
            self._breaker.failed(got)
        else:
            self._breaker.answered()
        return got

    def _once(self, call: Callable[[], Value]) -> Value | Trouble:
        first = self._breaker.untried
        try:
            return within(min(FIRST_CONTACT, self._timeout) if first else self._timeout, call)
        except Exception as error:
            return diagnose(error, self._clock())

    def _error(self, trouble: Trouble, model_id: str, revision: str | None) -> SourceError:
        name, kind = printable(model_id)[1:-1], trouble.kind
        if kind == "revision" or (kind in ("unknown", "missing") and revision):
            at = printable(revision or "")[1:-1]
            return UnknownModel(f"{name} has no revision {at} on the Hub, or is not found there")
        if kind in ("unknown", "missing", "gated"):
            return UnknownModel(
                f"{name} is not found on the Hub, or is private, or gated: {self._advice()}"
            )
        if kind == "disabled":
            return UnknownModel(f"the Hub has disabled access to {name}")
        return SourceError(self.sentence(trouble))

    def _advice(self) -> str:
        if self._has_token():
            return "this token may not see it"
        return "check the spelling, or set HF_TOKEN to a token that may see it"

    def _has_token(self) -> bool:
        from huggingface_hub import get_token

        return bool(self._api.token or get_token())

    def sentence(self, trouble: Trouble) -> str:
        """One line on why the Hub did not answer, and what to do."""
        detail = f" ({trouble.detail})" if trouble.detail else ""
        match trouble.kind:
            case "limited":
                return self._limit_sentence(trouble)
            case "token":
                return "the Hub refuses the token: check HF_TOKEN, or log in again with `hf auth login`"
            case "offline":
                return "the Hub was not asked: HF_HUB_OFFLINE is set"
            case "network":
                return f"{self.endpoint} cannot be reached{detail}: check the network, proxies and HF_ENDPOINT"
            case "timeout":
                return f"{self.endpoint} did not answer in time: try again later"
            case "cut":
                return f"{self.endpoint} closed the connection before its answer was complete: try again"
            case "server":
                return f"{self.endpoint} answered with an error {trouble.status}{detail}: try again later"
        status = f" {trouble.status}" if trouble.status else ""
        return f"{self.endpoint} gave an unusable answer{status}{detail}"

    def _limit_sentence(self, trouble: Trouble) -> str:
        when = f"in {trouble.wait:.0f} s" if trouble.wait else "later"
        more = "" if self._has_token() else "; a token (HF_TOKEN) raises the limit"
        return f"the Hub limits the rate of requests: try again {when}{more}"


class _Breaker:
    """Remembers that the Hub is out of reach, so that a thousand models do not each wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trouble: Trouble | None = None
        self._until = 0.0
        self._failures = 0
        self.untried = True

    def closed(self) -> Trouble | None:
        """Why nothing is asked, if it is not."""
        with self._lock:
            if self._trouble and time.monotonic() >= self._until:
                self._trouble = None
            return self._trouble

    def answered(self) -> None:
        """The Hub gave an answer of any kind."""
        with self._lock:
            self._failures = 0
            self.untried = False

    def failed(self, trouble: Trouble) -> None:
        """Nothing came. Out of reach is final for this client; a limit is until it passes."""
        with self._lock:
            if trouble.status:
                self._failures, self.untried = 0, False
            if trouble.kind == "limited" and trouble.wait:
                self._trouble, self._until = trouble, time.monotonic() + trouble.wait
            if trouble.kind not in ("network", "timeout", "offline"):
                return
            self._failures += 1
            if self.untried or trouble.kind != "timeout" or self._failures >= MAX_FAILURES:
                self._trouble, self._until = trouble, float("inf")


def _answer(info: Any) -> Answer:
    """The client's `ModelInfo` as plain values; whatever is not of the expected kind is left out."""
    card = info.card_data
    config, gguf = info.config, info.gguf
    total = getattr(info.safetensors, "total", 0)
    return Answer(
        id=str(info.id),
        sha=info.sha if isinstance(info.sha, str) else "",
        card=dict(vars(card)) if hasattr(card, "to_dict") else {},
        gated=_gated(info.gated),
        tags=tuple(t for t in info.tags or () if isinstance(t, str))[:500],
        files=tuple(s.rfilename for s in info.siblings or () if isinstance(s.rfilename, str)),
        base_models=info.base_models,
        config=dict(config) if isinstance(config, Mapping) else {},
        gguf=dict(gguf) if isinstance(gguf, Mapping) else {},
        pipeline_tag=info.pipeline_tag if isinstance(info.pipeline_tag, str) else "",
        parameters=total if isinstance(total, int) else 0,
        last_modified=info.last_modified.date().isoformat() if info.last_modified else "",
    )


def _gated(value: object) -> str:
    if value in ("auto", "manual"):
        return str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown"
