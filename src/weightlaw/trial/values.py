"""The values of a trial: prompts, candidates, what each call gave, and what people thought of it."""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Any, Literal

from msgspec import Struct

Role = Literal["system", "user", "assistant", "tool"]
Openness = Literal["open", "closed"]
Choice = Literal["left", "right", "tie"]
RaterKind = Literal["person", "model"]

Failure = Literal[
    "",
    "rate-limited",
    "server-error",
    "time-out",
    "connection",
    "truncated-stream",
    "not-the-protocol",
    "refused-request",
    "invalid-tool-call",
    "schema-failure",
    "pattern-failure",
    "refusal",
    "empty-answer",
    "cut-off",
    "interrupted",
]
"""How an attempt ended. Empty: an answer that passes its own prompt's checks. `rate-limited` to `not-the-protocol` are
the server's and the line's; `refused-request` is an error that asking again cannot mend (401, 400, 404);
`invalid-tool-call` to `cut-off` are the model's; `interrupted`: this program was stopped before the answer was stored."""

SERVER_FAILURES: frozenset[str] = frozenset(
    {
        "rate-limited",
        "server-error",
        "time-out",
        "connection",
        "truncated-stream",
        "not-the-protocol",
    }
)
MODEL_FAILURES: frozenset[str] = frozenset(
    {
        "invalid-tool-call",
        "schema-failure",
        "pattern-failure",
        "refusal",
        "empty-answer",
        "cut-off",
    }
)


class Message(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One turn of a chat prompt, in the form of the chat completions protocol."""

    role: Role
    content: str = ""
    name: str = ""
    tool_call_id: str = ""
    tool_calls: tuple[dict[str, Any], ...] = ()


class Prompt(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One prompt: the unit of every statistic. Several samples of it are not several prompts."""

    id: str
    messages: tuple[Message, ...]
    tags: tuple[str, ...] = ()
    """Such as easy, hard, tools, billing; results are told apart by them."""
    tools: tuple[dict[str, Any], ...] = ()
    """Function tools in the protocol's form; a call to another name or with other arguments is invalid."""
    schema: dict[str, Any] | None = None
    """A JSON Schema that the answer must satisfy."""
    structured: bool = False
    """Whether the schema is sent as `response_format`: where the prompt was logged with one."""
    pattern: str = ""
    """A regular expression (RE2) that must be found in the answer."""


class PromptSet(Struct, frozen=True, kw_only=True):
    """The prompts of a trial, frozen before any output exists."""

    prompts: tuple[Prompt, ...]
    sha256: str
    """Over the canonical JSON of the prompts, in their order."""


class Price(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """USD a million tokens, and where the figure is from."""

    input: float
    output: float
    source: str = "the trial's file"
    date: str = ""


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One model behind one endpoint. No key is ever in here: only the name of its environment variable."""

    name: str
    model: str
    """As the endpoint calls it."""
    url: str
    """Base address of an OpenAI-compatible API, such as http://localhost:11434/v1."""
    openness: Openness = "closed"
    reference: str = ""
    """What `weightlaw check` is asked for an open candidate: ollama:qwen3:8b, a Hub id, a file."""
    key_env: str = ""
    temperature: float | None = 0.0
    seed: int | None = None
    max_tokens: int | None = None
    system: str = ""
    """A system prompt of this candidate's own, set before the prompt's messages."""
    extra: dict[str, Any] = {}
    """Further fields of the request, such as reasoning_effort."""
    price: Price | None = None
    concurrency: int = 0
    """Calls at a time to this endpoint; 0: the trial's."""


class Settings(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a trial is run and what it is to show; fixed by `trial init`."""

    name: str = "trial"
    concurrency: int = 4
    """Calls at a time to one candidate."""
    attempts: int = 6
    """Most attempts for one answer that the server or the line failed."""
    answers: int = 2
    """Most answers asked for one prompt where the model's answer fails the prompt's checks (1: never ask again)."""
    timeout: float = 120.0
    """Seconds without a byte until an attempt has timed out."""
    backoff: float = 1.0
    """Seconds before the second attempt, doubled each time, up to 60; a server's Retry-After goes first."""
    margin: float = 0.10
    """Of non-inferiority: how far below one half the open model's share of preferences may lie, 0 to 0.5."""
    seed: int = 0
    """Of the sides in judging; 0: drawn at `trial init` and stored."""
    policy: str = ""
    """A policy for the licence verdict and the number of users."""
    deployment: str = ""
    """Which of the policy's deployments; empty: the one that counts."""
    requests_per_user: float | None = None
    """Requests of one monthly active user in a month, for the cost a month."""


class TrialPlan(Struct, frozen=True, kw_only=True):
    """What was fixed before the first output: settings, candidates, prompts, the day."""

    settings: Settings
    candidates: tuple[Candidate, ...]
    prompts: PromptSet
    created: str
    """UTC day."""


class LicenseCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `weightlaw check` said of an open candidate before a token was spent."""

    reference: str
    verdict: str
    model: str = ""
    licenses: tuple[str, ...] = ()
    clause: str = ""
    """The finding that decides it, in one line."""
    rules: tuple[str, ...] = ()
    knowledge: str = ""
    """Date of the licence knowledge."""


class Identity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What really answers behind an endpoint, as far as it tells. Empty: it does not say."""

    candidate: str
    at: str
    """UTC time."""
    server: str = ""
    """Such as `ollama 0.9.1`, `vllm 0.11.0`, or the Server header."""
    models: tuple[str, ...] = ()
    digest: str = ""
    """Of the artefact: Ollama's manifest digest."""
    quantization: str = ""
    parameters: str = ""
    family: str = ""
    license_name: str = ""
    """The head of the licence text that the artefact carries."""
    license_sha256: str = ""
    check: LicenseCheck | None = None
    notes: tuple[str, ...] = ()


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request and how it ended. Times in seconds, tokens as the server counted them."""

    id: int
    prompt: str
    candidate: str
    number: int
    """1 for the first attempt at this prompt by this candidate."""
    answer: int
    """Which answer is asked for: 1, and higher where the one before failed the prompt's checks."""
    started: str
    """UTC time, to the millisecond."""
    failure: Failure = ""
    text: str = ""
    tool_calls: tuple[dict[str, Any], ...] = ()
    finish_reason: str = ""
    status: int = 0
    """HTTP status; 0: none came."""
    error: str = ""
    seconds: float = 0.0
    first_token: float | None = None
    waited: float = 0.0
    """Seconds of back-off before this attempt."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    model: str = ""
    """What the server says answered."""
    fingerprint: str = ""
    request_id: str = ""

    @property
    def answered(self) -> bool:
        """Whether a whole answer came, good or bad: such an attempt is paid for."""
        return not self.failure or self.failure in MODEL_FAILURES


class Outcome(Struct, frozen=True, kw_only=True):
    """An attempt without what was said in it: all that resuming and counting need. Fields as in Attempt."""

    id: int
    prompt: str
    candidate: str
    answer: int
    failure: Failure = ""
    status: int = 0
    error: str = ""
    seconds: float = 0.0
    first_token: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def answered(self) -> bool:
        """Whether a whole answer came, good or bad."""
        return not self.failure or self.failure in MODEL_FAILURES


class Vote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rater's choice on one prompt between two candidates. Stored whole before anything is uncovered."""

    prompt: str
    left: str
    """Name of the candidate that stood on the left."""
    right: str
    choice: Choice
    rater: str
    kind: RaterKind = "person"
    at: str = ""
    seconds: float = 0.0
    """From the page's showing the pair to the choice."""
    note: str = ""
    model: str = ""
    """Of a model as judge: what judged."""
    left_answer: int = 0
    """Id of the attempt whose answer stood on the left; 0: not recorded."""
    right_answer: int = 0

    @property
    def winner(self) -> str:
        """Name of the candidate that was preferred; empty for a tie."""
        return {"left": self.left, "right": self.right}.get(self.choice, "")
