"""One SQLite file holds a trial: the frozen plan, each request before it is sent, each answer, each vote.

WAL mode and one short transaction an event: a process that is killed at any moment loses at most the answers that
were on the way, and knows afterwards which. Keys are never stored.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from weightlaw.errors import UsageError
from weightlaw.trial.values import Attempt, Failure, Identity, Outcome, TrialPlan, Vote

FORMAT = "weightlaw.trial/1"
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE identities (
  candidate TEXT NOT NULL, at TEXT NOT NULL, value BLOB NOT NULL) STRICT;
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY, prompt TEXT NOT NULL, candidate TEXT NOT NULL, number INTEGER NOT NULL,
  answer INTEGER NOT NULL, started TEXT NOT NULL, process INTEGER NOT NULL, ended TEXT, value BLOB,
  UNIQUE (prompt, candidate, number)) STRICT;
CREATE TABLE votes (
  prompt TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL, rater TEXT NOT NULL, kind TEXT NOT NULL,
  side TEXT NOT NULL, at TEXT NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (prompt, first, second, rater, kind, side)) STRICT;
"""


def now() -> str:
    """UTC time to the millisecond, for the record."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def create(path: str, plan: TrialPlan) -> None:
    """Write a new trial. Raises UsageError where the file is already there, or cannot be written."""
    if os.path.exists(path):
        raise UsageError(
            f"{path} is already there: a trial's prompts are frozen; choose another -o FILE"
        )
    temporary = f"{path}.{os.getpid()}.new"
    try:
        _fill(temporary, plan)
        os.chmod(
            temporary, 0o600
        )  # private prompts and answers; SQLite's log takes the same rights
        os.replace(temporary, path)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise UsageError(f"{path} cannot be written ({error})") from None


def _fill(path: str, plan: TrialPlan) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_TABLES)
        connection.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT.encode(),))
        connection.execute("INSERT INTO meta VALUES ('plan', ?)", (msgspec.json.encode(plan),))


class Store:
    """An open trial. Safe to be used by several threads of one process."""

    def __init__(self, path: str) -> None:
        """Raises UsageError where the file is no trial, or one of another format."""
        if not os.path.isfile(path):
            raise UsageError(f"{path} is no trial; write one with `weightlaw trial init`")
        self.path = path
        self._lock = threading.RLock()
        writable = os.access(path, os.W_OK)
        name = path if writable else _read_only(path)
        self._db = sqlite3.connect(
            name, isolation_level=None, check_same_thread=False, timeout=30, uri=not writable
        )
        try:
            if writable:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
            self.plan = self._plan()
        except (sqlite3.DatabaseError, msgspec.MsgspecError) as error:
            self._db.close()
            raise UsageError(f"{path} is no trial that this version can read ({error})") from None

    def _plan(self) -> TrialPlan:
        meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        found = bytes(meta.get("format", b"")).decode(errors="replace")
        if found != FORMAT:
            raise sqlite3.DatabaseError(f"format {ascii(found)[:40]}, not {FORMAT}")
        return msgspec.json.decode(meta["plan"], type=TrialPlan)

    def close(self) -> None:
        """Fold the log into the file and close it."""
        self._db.close()

    def __del__(self) -> None:
        """A trial that nobody closed is closed with its last user."""
        if database := getattr(self, "_db", None):
            database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Raises UsageError where the file cannot be written: a full disk, a file that may only be read."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    with suppress(sqlite3.Error):
                        self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise UsageError(
                        f"the trial's file cannot be written ({error}); go on when it can"
                    ) from None
                raise

    def meta(self, key: str) -> bytes | None:
        """A remark of the trial's own, such as which page is being judged; None where there is none."""
        row = self._all("SELECT value FROM meta WHERE key = ?", (key,))
        return bytes(row[0][0]) if row else None

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep such a remark. `format` and `plan` are frozen: ValueError."""
        if key in ("format", "plan"):
            raise ValueError(f"{key} is frozen")
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # what answers

    def add_identity(self, identity: Identity) -> None:
        """Record what answers behind an endpoint; each run adds its own."""
        row = (identity.candidate, identity.at, msgspec.json.encode(identity))
        with self._transaction() as db:
            db.execute("INSERT INTO identities VALUES (?, ?, ?)", row)

    def identities(self) -> list[Identity]:
        """All that was recorded, oldest first."""
        return [
            msgspec.json.decode(value, type=Identity)
            for (value,) in self._all("SELECT value FROM identities ORDER BY at, rowid")
        ]

    # requests and answers

    def begin(self, prompt: str, candidate: str, answer: int) -> Attempt:
        """Record that a request is about to be sent; it gets the next number for this prompt and candidate."""
        with self._transaction() as db:
            (last,) = db.execute(
                "SELECT coalesce(max(number), 0) FROM attempts WHERE prompt = ? AND candidate = ?",
                (prompt, candidate),
            ).fetchone()
            started = now()
            cursor = db.execute(
                "INSERT INTO attempts (prompt, candidate, number, answer, started, process) VALUES (?, ?, ?, ?, ?, ?)",
                (prompt, candidate, last + 1, answer, started, os.getpid()),
            )
        return Attempt(
            id=cursor.lastrowid or 0,
            prompt=prompt,
            candidate=candidate,
            number=last + 1,
            answer=answer,
            started=started,
        )

    def finish(self, attempt: Attempt) -> None:
        """Record how a request ended. An ended one is never written over: RuntimeError."""
        with self._transaction() as db:
            cursor = db.execute(
                "UPDATE attempts SET ended = ?, value = ? WHERE id = ? AND ended IS NULL",
                (now(), msgspec.json.encode(attempt), attempt.id),
            )
            if cursor.rowcount != 1:
                raise RuntimeError(f"attempt {attempt.id} was not on the way")

    def interrupt(self) -> int:
        """Mark what an earlier process left on the way as interrupted; how many. Call it before sending anything."""
        open_ones = self._all(
            "SELECT id, prompt, candidate, number, answer, started FROM attempts WHERE ended IS NULL"
        )
        failure: Failure = "interrupted"
        for id_, prompt, candidate, number, answer, started in open_ones:
            self.finish(
                Attempt(
                    id=id_,
                    prompt=prompt,
                    candidate=candidate,
                    number=number,
                    answer=answer,
                    started=started,
                    failure=failure,
                    error="stopped before the answer was stored",
                )
            )
        return len(open_ones)

    def unfinished(self) -> int:
        """How many requests are on the way now, or were when an earlier process was killed."""
        ((count,),) = self._all("SELECT count(*) FROM attempts WHERE ended IS NULL")
        return int(count)

    def attempts(self, candidate: str | None = None) -> list[Attempt]:
        """All ended attempts in the order in which they were begun."""
        where, values = ("AND candidate = ?", (candidate,)) if candidate else ("", ())
        rows = self._all(
            f"SELECT value FROM attempts WHERE ended IS NOT NULL {where} ORDER BY id", values
        )
        return [msgspec.json.decode(value, type=Attempt) for (value,) in rows]

    def outcomes(self) -> Iterator[Outcome]:
        """How each ended attempt ended, without its text, in the order in which they were begun: flat in memory."""
        last = 0
        while rows := self._all(
            "SELECT id, value FROM attempts WHERE ended IS NOT NULL AND id > ? ORDER BY id LIMIT 500",
            (last,),
        ):
            last = rows[-1][0]
            for _, value in rows:
                yield msgspec.json.decode(value, type=Outcome)

    def final(self) -> dict[tuple[str, str], Attempt]:
        """The last whole answer of each (prompt, candidate): what is judged. Missing: none came yet."""
        return {(a.prompt, a.candidate): a for a in self.attempts() if a.answered}

    # votes

    def add_vote(self, vote: Vote) -> None:
        """Store a choice. The same rater's second choice on the same pair replaces the first (a model as judge has two:
        one an order)."""
        first, second = sorted((vote.left, vote.right))
        side = vote.left if vote.kind == "model" else ""
        row = (vote.prompt, first, second, vote.rater, vote.kind, side, vote.at or now())
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, msgspec.json.encode(vote)),
            )

    def remove_vote(self, prompt: str, first: str, second: str, rater: str) -> None:
        """Take a person's choice back; `first` and `second` are the candidates in the order of their names."""
        with self._transaction() as db:
            db.execute(
                "DELETE FROM votes WHERE prompt = ? AND first = ? AND second = ? AND rater = ? AND kind = 'person'",
                (prompt, first, second, rater),
            )

    def votes_of(self, rater: str) -> list[Vote]:
        """A person's choices in the order in which they were made."""
        rows = self._all(
            "SELECT value FROM votes WHERE kind = 'person' AND rater = ? ORDER BY rowid", (rater,)
        )
        return [msgspec.json.decode(value, type=Vote) for (value,) in rows]

    def votes(self) -> list[Vote]:
        """All choices, in the order of prompts, pairs and raters."""
        rows = self._all(
            "SELECT value FROM votes ORDER BY kind, rater, prompt, first, second, side"
        )
        return [msgspec.json.decode(value, type=Vote) for (value,) in rows]

    def _all(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise UsageError(f"{self.path} cannot be read ({error})") from None


def _read_only(path: str) -> str:
    """The address under which SQLite reads a file that it may not write, nor anything beside it. Where a log lies beside
    it, something may still be writing."""
    address = f"{Path(path).absolute().as_uri()}?mode=ro"
    return address if os.path.exists(f"{path}-wal") else f"{address}&immutable=1"
