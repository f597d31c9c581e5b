"""The live Hugging Face Hub as a source of facts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from weightlaw.domain.models import Base, ModelFacts, TextFile, TextOrigin
from weightlaw.errors import SourceError, WeightlawError
from weightlaw.plaintext import one_line
from weightlaw.references.parsing import printable
from weightlaw.sources import cards, hubfacts, hubfiles
from weightlaw.sources.hubclient import Answer, HubClient, Patience
from weightlaw.sources.hubtrouble import Trouble
from weightlaw.sources.limits import Once
from weightlaw.sources.links import fetch_text
from weightlaw.sources.modalities import modalities

WORKERS = 8
WAITING = 10.0
"""Seconds that one fetch may wait for the Hub's rate limit to pass."""
TIMEOUT = 10.0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class HubSource:
    """Models as the Hub (or the mirror that `HF_ENDPOINT` names) describes them now.

    Reads what huggingface_hub's users set: `HF_ENDPOINT`, `HF_TOKEN` or a login, `HF_HOME`, `HF_HUB_OFFLINE`,
    proxies. `timeout` is seconds for one request; the first may take at most 5. `clock` is read for the date of the
    facts. One object asks for each model once, and asks nothing more after the Hub could not be reached; safe to use
    from many threads.
    """

    def __init__(
        self,
        allow_private_links: bool = False,
        endpoint: str | None = None,
        token: str | None = None,
        timeout: float = TIMEOUT,
        clock: Callable[[], dt.datetime] = _now,
    ) -> None:
        self._client = HubClient(endpoint, token, timeout, clock)
        self._allow_private = allow_private_links
        self._as_of = clock().astimezone(dt.UTC).date().isoformat()
        self._models: Once[tuple[str, str | None], ModelFacts] = Once()
        self._links: Once[str, tuple[str, str, str]] = Once()

    @property
    def endpoint(self) -> str:
        """The address that is asked."""
        return self._client.endpoint

    def fetch(self, model_id: str, revision: str | None = None) -> ModelFacts:
        """The facts about one model at a branch, tag or commit (default: the newest).

        Raises UnknownModel where the Hub has no such model or revision, or none for this caller; SourceError where it
        could not answer. Both say in one line what to do.
        """
        key = (model_id.lower(), revision or None)
        return self._models.get(key, lambda: self._fetch(model_id, revision or None))

    def prefetch(self, ids: Sequence[tuple[str, str | None]]) -> None:
        """Fetch many models at once, eight at a time; later `fetch` answers from the results.

        Returns when all are there. What could not be fetched is said by `fetch`, not here.
        """
        wanted = list(dict.fromkeys((i, r or None) for i, r in ids))
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="weightlaw-hub")
        try:
            wait([pool.submit(self.fetch, model_id, revision) for model_id, revision in wanted])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, model_id: str, revision: str | None) -> ModelFacts:
        patience = Patience(WAITING)
        try:
            answer = self._client.model(model_id, revision, patience)
            reading = _Reading(self._client, self._link, answer, model_id, patience)
            return reading.facts(self._as_of)
        except WeightlawError:
            raise
        except Exception as error:  # a server may send anything; only our errors leave this room
            name, what = printable(model_id)[1:-1], f"{type(error).__name__}: {error}"
            raise SourceError(
                f"the Hub's answer about {name} could not be used ({one_line(what, 200)})"
            ) from error

    def _link(self, url: str) -> tuple[str, str, str]:
        """Many cards link to the same text: each address is fetched once."""
        return self._links.get(url, lambda: fetch_text(url, allow_private=self._allow_private))


class _Reading:
    """One model: its answer, the files that matter, and what could not be read."""

    def __init__(
        self,
        client: HubClient,
        link: Callable[[str], tuple[str, str, str]],
        answer: Answer,
        asked: str,
        patience: Patience,
    ) -> None:
        self.client = client
        self.link = link
        self.answer = answer
        self.asked = asked
        self.patience = patience
        self.notes: list[str] = []
        self.unread: list[str] = []
        self.texts: list[TextFile] = []
        self._left = hubfiles.MAX_TEXTS
        self._lost = False
        self._tried: set[str] = set()

    def facts(self, as_of: str) -> ModelFacts:
        answer, card = self.answer, self._card()
        config = self._config(card.data)
        bases = self._bases(card.data, config)
        self._legal_files()
        declared = hubfacts.declared(card.data, answer.tags)
        self._follow(declared.link)
        self.texts += hubfacts.gate(card.data)
        return ModelFacts(
            id=answer.id,
            source="hub",
            as_of=as_of,
            revision=answer.sha or None,
            endpoint=self.client.endpoint,
            declared=declared,
            texts=tuple(self.texts),
            bases=bases,
            datasets=card.data.datasets,
            modalities=modalities(
                answer.pipeline_tag or card.data.pipeline_tag, answer.tags or card.data.tags, config
            ),
            gated=answer.gated,
            tags=answer.tags,
            renamed_from=self.asked if self.asked.lower() != answer.id.lower() else "",
            card=card.prose,
            config=hubfacts.evidence(config, answer.gguf, answer.parameters),
            unread=tuple(dict.fromkeys(self.unread)),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _card(self) -> cards.Card:
        """What the Hub's API says of the card, with the README's own words where it says nothing."""
        data, odd = cards.card_data(self.answer.card)
        self.notes += odd
        text = self._text("README.md")
        if text is None:
            return cards.Card(data=data)
        readme = cards.read_card(text)
        merged = cards.merge(data, readme.data)
        if merged != data or not self.answer.card:
            self.notes += readme.notes
        return cards.Card(data=merged, prose=readme.prose)

    def _config(self, card: cards.CardData) -> dict[str, object]:
        """The configuration: the API gives a part of it, enough unless the card is silent on bases."""
        config = dict(self.answer.config)
        if not config or not (card.base_models or self.answer.base_models):
            config |= self._json("config.json")
        return config

    def _bases(self, card: cards.CardData, config: dict[str, object]) -> tuple[Base, ...]:
        merge = next((f for f in hubfiles.MERGE_CONFIGS if f in self.answer.files), "")
        return hubfacts.bases(
            self.answer.id,
            api=self.answer.base_models,
            tags=self.answer.tags,
            card=card,
            adapter=self._json("adapter_config.json"),
            merge=(self._text(merge) or "") if merge else "",
            config=config,
        )

    def _legal_files(self) -> None:
        wanted = hubfiles.legal_files(self.answer.files)
        for path in wanted:
            self._keep(path, "file")
        if wanted and self._left <= 0:
            self.notes.append(f"only {hubfiles.MAX_TEXTS} files were read")
        for path in hubfiles.unreadable_files(self.answer.files):
            self.notes.append(f"{path} was not read: only plain texts are")
            self.unread += self.notes[-1:]

    def _keep(self, path: str, origin: TextOrigin) -> None:
        data = self._bytes(path)
        if data is not None:
            self._add(path, data, origin)
        elif hubfiles.states_license(path):
            self.unread.append(f"{_shown(path)} was not read")

    def _add(self, path: str, data: bytes, origin: TextOrigin) -> None:
        if (text := _decoded(data)) is None:
            self.notes.append(f"{_shown(path)} is no text")
            self.unread += self.notes[-1:] if hubfiles.states_license(path) else []
            return
        digest = hashlib.sha256(data).hexdigest()
        self.texts.append(TextFile(path=path, text=text, sha256=digest, origin=origin))

    def _follow(self, link: str) -> None:
        """Read the text that the card links to, if it was not read already."""
        if not link:
            return
        ids = (self.answer.id, self.asked)
        target = hubfiles.follow(link, ids, self.answer.files, self.client.endpoint)
        if target.kind == "file":
            if target.path not in self._tried:
                self._keep(target.path, "license_link")
        elif target.kind == "nowhere":
            self.notes.append(f"license_link {_shown(link)} was not followed: {target.path}")
        elif target.kind == "hub":
            self._follow_on_hub(link, target)
        else:
            self._follow_elsewhere(target.path)

    def _follow_on_hub(self, link: str, target: hubfiles.Link) -> None:
        got = self.client.file(
            target.repo_id, target.path, target.revision, self.patience, target.repo_type
        )
        if isinstance(got, Trouble):
            self.notes.append(f"license_link {_shown(link)} was not read: {self._why(got)}")
        else:
            self._add(link, got, "license_link")

    def _follow_elsewhere(self, url: str) -> None:
        try:
            text, final, digest = self.link(url)
        except SourceError as error:
            self.notes.append(f"license_link was not read: {error}")
            return
        self.texts.append(TextFile(path=final, text=text, sha256=digest, origin="license_link"))

    def _json(self, path: str) -> dict[str, object]:
        if path not in self.answer.files:
            return {}
        try:
            data = json.loads(self._text(path) or "{}")
        except (ValueError, RecursionError):
            self.notes.append(f"{path} is not JSON")
            return {}
        return data if isinstance(data, dict) else {}

    def _text(self, path: str) -> str | None:
        data = self._bytes(path) if path in self.answer.files else None
        return None if data is None else _decoded(data)

    def _bytes(self, path: str) -> bytes | None:
        """A file of the model at the commit that the API answered for; None, and a note, if not to be had."""
        if self._lost or self._left <= 0 or not self.answer.sha:
            return None
        self._left -= 1
        self._tried.add(path)
        got = self.client.file(self.answer.id, path, self.answer.sha, self.patience)
        if isinstance(got, bytes):
            return got
        self._lost = got.kind in ("network", "timeout", "limited", "offline")
        if not (path == "config.json" and got.kind == "gated"):
            self.notes.append(f"{_shown(path)} was not read: {self._why(got)}")
        return None

    def _why(self, trouble: Trouble) -> str:
        match trouble.kind:
            case "gated":
                return "it is behind the gate (accept the terms on the Hub and set HF_TOKEN)"
            case "missing" | "unknown" | "revision":
                return "the Hub does not have it, or not for this caller"
        return self.client.sentence(trouble)


def _shown(path: str) -> str:
    return (
        path if path.isascii() and path.isprintable() and len(path) < 200 else printable(path, 120)
    )


def _decoded(data: bytes) -> str | None:
    """Text in any usual encoding, or None where the bytes are none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:8192] or data.startswith(b"%PDF"):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
