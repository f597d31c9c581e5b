"""`trial run` as a whole: lock, resume, identity and licence first, then the calls, then what it has come to."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, structs

from weightlaw.domain.verdict import Verdict
from weightlaw.errors import UsageError
from weightlaw.trial.calling import Caller
from weightlaw.trial.identity import Known, identify
from weightlaw.trial.licensing import Grounds, license_of
from weightlaw.trial.promptset import check_frozen
from weightlaw.trial.resuming import Standing, Standings, standings
from weightlaw.trial.running import GRACE, Line, Run
from weightlaw.trial.store import Store
from weightlaw.trial.summary import RunDocument, document
from weightlaw.trial.values import Candidate, Identity, Prompt

Tell = Callable[[str], None]


class Progress(Struct, kw_only=True):
    """How far a run has come: attempts ended in it, prompts settled, prompts it began with. Changes as it runs."""

    attempts: int = 0
    left: int = 0
    todo: int = 0


class Asking(Struct, frozen=True, kw_only=True):
    """What `trial run` was told to do."""

    only: tuple[str, ...] = ()
    concurrency: int | None = None
    retry_failed: bool = False
    even_if_denied: bool = False
    grace: float = GRACE


class Result(Struct, frozen=True, kw_only=True):
    """How a run ended."""

    document: RunDocument
    denied: tuple[str, ...] = ()
    """Candidates whose licence forbids it: nothing was sent to anybody."""
    signal: int = 0
    """128 and the signal's number, where one ended it."""
    sent: int = 0


def chosen(store: Store, only: Sequence[str]) -> tuple[Candidate, ...]:
    """The candidates that were named, all where none was. Raises UsageError for a name that is none."""
    every = store.plan.candidates
    names = [c.name for c in every]
    if odd := [name for name in only if name not in names]:
        raise UsageError(f"there is no candidate {odd[0][:60]!a}; it has: {', '.join(names)}")
    return tuple(c for c in every if not only or c.name in only)


def ask(store: Store, grounds: Grounds, options: Asking, tell: Tell, progress: Progress) -> Result:
    """Ask what is still to be asked. Talks through `tell`. Raises UsageError, also where a key is missing."""
    check_frozen(store.plan.prompts)
    interrupted = store.interrupt()
    if interrupted:
        tell(f"{interrupted} requests were on the way when an earlier run was stopped: asked again")
    candidates = chosen(store, options.only)
    stands = _standings(store, candidates, options)
    todo = [c for c in candidates if _left(store, c, stands)]
    progress.todo = progress.left = sum(_left(store, c, stands) for c in todo)
    run = _OneRun(store, grounds, options, tell, progress, stands)
    try:
        if todo:
            asyncio.run(run.go([_paced(c, options) for c in todo]))
    finally:
        with contextlib.suppress(
            UsageError
        ):  # where the file cannot be written: the next run does it
            store.interrupt()  # what was on the way when this run was stopped
    return Result(
        document=document(store, candidates, run.stopped, interrupted),
        denied=tuple(run.denied),
        signal=run.code,
        sent=progress.attempts,
    )


def _paced(candidate: Candidate, options: Asking) -> Candidate:
    if options.concurrency is None:
        return candidate
    return structs.replace(candidate, concurrency=options.concurrency)


def _standings(store: Store, candidates: Sequence[Candidate], options: Asking) -> Standings:
    found = standings(store.outcomes(), store.plan.settings)
    if options.retry_failed:
        names = {c.name for c in candidates}
        for (_, name), standing in found.items():
            if name in names and standing.failed(store.plan.settings):
                standing.again()
    return found


def _work(
    store: Store, candidate: Candidate, stands: Standings
) -> Iterator[tuple[Prompt, Standing]]:
    """What is to be asked of a candidate, in the prompts' order."""
    for prompt in store.plan.prompts.prompts:
        standing = stands.get((prompt.id, candidate.name)) or Standing()
        if standing.pending(store.plan.settings):
            yield prompt, standing


def _left(store: Store, candidate: Candidate, stands: Standings) -> int:
    return sum(1 for _ in _work(store, candidate, stands))


def trial_id(store: Store) -> str:
    """A word of this trial's own, drawn once: it makes the idempotency keys of two trials differ."""
    if (found := store.meta("id")) is None:
        store.set_meta("id", found := secrets.token_hex(16).encode())
    return found.decode()


class _OneRun:
    """One run inside its event loop."""

    def __init__(
        self,
        store: Store,
        grounds: Grounds,
        options: Asking,
        tell: Tell,
        progress: Progress,
        stands: Standings,
    ) -> None:
        self.store = store
        self.grounds = grounds
        self.options = options
        self.tell = tell
        self.progress = progress
        self.stands = stands
        self.stopped: dict[str, str] = {}
        self.denied: list[str] = []
        self.code = 0

    async def go(self, candidates: list[Candidate]) -> None:
        """Identity, licences, then the calls."""
        timeout, trial = self.store.plan.settings.timeout, trial_id(self.store)
        async with contextlib.AsyncExitStack() as stack:
            callers = [Caller(candidate, timeout, trial) for candidate in candidates]
            for caller in callers:
                await stack.enter_async_context(caller)
            known = await asyncio.gather(*(identify(caller) for caller in callers))
            for caller, found in zip(callers, known, strict=True):
                self._record(caller.candidate, found)
            if self.denied and not self.options.even_if_denied:
                return
            self.denied = []
            await self._calls(callers, known)

    async def _calls(self, callers: list[Caller], known: list[Known]) -> None:
        stopping = asyncio.Event()
        lines = []
        for caller, found in zip(callers, known, strict=True):
            if found.unreachable:
                self._halt(caller.candidate.name, found.unreachable)
                continue
            work = _work(self.store, caller.candidate, self.stands)
            lines.append(line := Line(self.store, caller, work, stopping, self._counted))
            line.models = found.identity.models
        run = Run(lines, stopping, self.options.grace)
        await run.go()
        self.code = run.code
        for line in lines:
            if line.stopped:
                self._halt(line.candidate.name, line.stopped)

    def _counted(self, settled: bool) -> None:
        self.progress.attempts += 1
        self.progress.left -= settled

    def _moved(self, identity: Identity) -> Iterator[str]:
        """A word where another artefact answers than in the run before."""
        before = [
            i for i in self.store.identities() if i.candidate == identity.candidate and i.digest
        ]
        if before and identity.digest and before[-1].digest != identity.digest:
            yield (
                f"the artefact has changed since the run of {before[-1].at[:10]} (digest {before[-1].digest[:19]}): "
                "answers of two artefacts stand in one trial; a new trial would be cleaner"
            )

    def _halt(self, name: str, why: str) -> None:
        self.stopped[name] = why
        self.tell(f"{name}: stopped: {why}")

    def _record(self, candidate: Candidate, known: Known) -> None:
        """Store and say what answers, and what its licence allows."""
        check = license_of(candidate, known, self.grounds)
        notes = (
            *known.identity.notes,
            *self._moved(known.identity),
            *_open_after_all(candidate, known),
        )
        identity = structs.replace(known.identity, check=check, notes=notes)
        self.store.add_identity(identity)
        self.tell(f"{candidate.name}: {_described(candidate, identity)}")
        for note in identity.notes:
            self.tell(f"{candidate.name}: {note}")
        if check is not None:
            why = f": {check.clause}" if check.clause else ""
            licenses = f" ({', '.join(check.licenses)})" if check.licenses else ""
            self.tell(
                f"{candidate.name}: licence of {check.reference}: {check.verdict}{licenses}{why}"
            )
            if check.verdict == Verdict.DENIED.value:
                self.denied.append(candidate.name)


def _open_after_all(candidate: Candidate, known: Known) -> Iterator[str]:
    if candidate.openness == "closed" and known.facts is not None:
        yield "the file calls it closed, and Ollama runs its weights here: write openness: open"


def _described(candidate: Candidate, identity: Identity) -> str:
    digest = identity.digest.removeprefix("sha256:")[:12]
    parts = [
        candidate.model,
        identity.server,
        identity.family,
        identity.parameters,
        identity.quantization,
        f"digest {digest}" if digest else "",
        f"licence text: {identity.license_name}" if identity.license_name else "",
    ]
    return ", ".join(part for part in parts if part)
