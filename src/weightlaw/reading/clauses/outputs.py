"""Outputs: who owns them, and whether other models may be trained on them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, structs

from weightlaw.domain.terms import Outputs
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED as EVER_BARRED
from weightlaw.reading.words import MUST, NOT

_OUT = (
    r"(?:\boutputs?\b|\bresults?\b(?: of| from| therefrom)?|\bgenerations?\b"
    r"|\bcompletions?\b|data (?:produced|generated) by|generated (?:content|data|text)"
    r"|synthetic data|输出|生成内容)"
)
_TRAIN = (
    r"(?:\btrain(?:s|ed|ing)?\b|\bimprov(?:e|es|ed|ing)\b|fine-? ?tun(?:e|es|ed|ing)"
    r"|\bbuild(?:s|ing)?\b|\benhanc(?:e|es|ed|ing)\b|\bdevelop(?:s|ed|ing)?\b|\bdistil\w*|\bcreat(?:e|es|ed|ing)\b|训练|改进|开发)"
)
_MODEL = (
    r"(?:(?:any|an|another|other|all|such|the|your|similar|competing|machine[ -]learning|ai"
    r"|large|language|foundation(?:al)?|artificial intelligence|generative|new|third-party"
    r"|different|data) )*(?:\w+ )?(?:models?|llms?|ai systems?|模型)\b"
)
ABOUT = (
    "output|results|generation|completion|synthetic data|data produced|data generated"
    "|generated content|works for any purpose|输出|生成"
)
BARRED = (
    Pattern(
        "outputs.no_training",
        ABOUT + "|to train|to improve|to develop|distil",
        rf"{NOT}.*?{_OUT}.*?{_TRAIN}[^;]*?{_MODEL}",
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "outputs.no_training_with",
        ABOUT,
        rf"{NOT}.*?{_TRAIN}[^;]*?{_MODEL}[^;]*?\b(?:with|using|from|on|by|based on)\b[^;]*?{_OUT}",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "outputs.output_may_not_train",
        ABOUT,
        rf"{_OUT}[^;]*?(?:\b(?:may|shall|must|can|will) not\b|\bcannot\b|{EVER_BARRED})[^;]*?\b(?:for |to |in |as )(?:[\w,-]+ ){{0,4}}?{_TRAIN}[^;]*?{_MODEL}",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "outputs.no_distillation",
        "distil",
        rf"\bdistil\w*\b[^;]*?{_MODEL}[^;]*?{EVER_BARRED}|{NOT}[^;]*?\bdistil\w*\b[^;]*?{_MODEL}",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "outputs.no_training_zh",
        "输出|生成",
        r"(?:不得|不能|禁止|不可)[^。;]*(?:输出|生成|结果)[^。;]*(?:训练|改进|开发|提升)[^。;]*模型",
        confidence=0.9,
    ),
)
DUTY = (
    Pattern(
        "outputs.training_with_duty",
        ABOUT,
        rf"\b(?:if|when|where|provided)\b.*?{_OUT}.*?{_TRAIN}.*?{_MODEL}.*?{MUST}",
        introduced=True,
        confidence=0.95,
    ),
    Pattern(
        "outputs.models_are_derivatives",
        ABOUT,
        (
            r"(?:\bderivatives?\b|derivative (?:works?|models?|materials?)|extracted models?"
            r"|衍生).*?(?:\bmeans?\b|\bincludes?\b|\brefers? to\b|是指|指"
            rf"|:).*?\bmodels?\b.*?(?:{_OUT}.*|{_TRAIN}.*{_OUT})"
        ),
        confidence=0.85,
    ),
    Pattern(
        "outputs.models_are_derivatives_too",
        ABOUT,
        (
            r"\b(?:other|another) (?:machine learning )?model.*?(?:created|developed|based on"
            rf"|derived|transfer).*?{_OUT}|{_OUT}.*?\b(?:to|for) train(?:ing)? (?:the )?(?:other"
            r"|another)|transferring patterns from outputs?"
        ),
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "outputs.dataset_duty",
        ABOUT,
        rf"{_OUT}.*?\bdatasets?\b.*?{MUST}|\bdatasets?\b.*?{_OUT}.*?{MUST}",
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "outputs.use_restricted",
        ABOUT,
        rf"{NOT}.*?{_OUT}.*?\bcommercial\b",
        introduced=True,
        confidence=0.85,
    ),
)
FREE = (
    Pattern(
        "outputs.not_covered",
        ABOUT,
        (
            rf"{_OUT}.*?\b(?:is|are) not (?:covered|governed|restricted|subject|limited"
            r"|considered (?:a |to be )?derivative)|\bno restrictions?\b.*?\b(?:outputs?"
            r"|results)\b|\b(?:outputs?|results)\b.*?\b(?:no|without) (?:restrictions?"
            r"|obligations?)\b|\bimposes? no\b.*?\b(?:outputs?|results)\b"
            r"|\bnot impose any (?:restrictions?|obligations?)\b.*?\b(?:outputs?|results)\b"
        ),
        confidence=0.9,
    ),
    Pattern(
        "outputs.any_purpose",
        ABOUT,
        (
            rf"\b(?:may|can|free to|entitled to)\b.*?\buse\b.*?{_OUT}.*?(?:any purpose"
            rf"|without restriction|{_TRAIN}.*?{_MODEL})|{_OUT}.*?\b(?:may"
            rf"|can) be used\b.*?(?:any purpose|{_TRAIN}.*?{_MODEL})"
        ),
        confidence=0.9,
    ),
)
OWNER = (
    Pattern(
        "outputs.licensor_claims_none",
        ABOUT,
        (
            rf"\bclaims? no\b.*?{_OUT}|\b(?:do|does|will|shall) not (?:claim|assert|own)\b.*?{_OUT}"
            rf"|{_OUT}.*?\b(?:do|does) not (?:claim|own)"
        ),
        confidence=0.9,
    ),
    Pattern(
        "outputs.you_own",
        ABOUT,
        (
            rf"\byou\b.*?\b(?:own|retain|are the (?:sole )?owner)\b.*?{_OUT}|{_OUT}.*?\b(?:owned by"
            r"|belongs? to|property of) (?:you|the user|licensee)|\bowns? (?:all "
            r"|any )?(?:\w+ ){0,4}outputs?\b"
        ),
        confidence=0.85,
    ),
    Pattern(
        "outputs.licensor_owns",
        ABOUT,
        rf"{_OUT}.*?\b(?:owned by|exclusive property|sole property|belongs? to|property of)\b",
        confidence=0.9,
    ),
)
_LIMITED = Expression(
    r"compet(?:e|es|ing|itive)|similar to|substantially similar|replicat|same (?:field|kind)"
)
_LICENSOR = Expression(r"licensor|exclusive property of the (?:licensor|company)")
_LAB_RESULTS = Expression(
    r"results of (?:research|experiments|benchmark|tests)|as a result|test results"
)
_DISCLAIMS = Expression(r"as[ -]is|warrant|liab|disclaim|infringement of|alleging")
Answer = Literal["yes", "conditional", "no"]


class _Training(Struct, frozen=True):
    value: Answer
    hit: Hit
    scope: str


def read(reader: Reader) -> Outputs | None:
    """What the text says of outputs; None where it says nothing."""
    training = _training(reader)
    owner_hit, owner = _owner(reader)
    if training is None and owner_hit is None:
        return None
    if training is None:
        assert owner_hit is not None
        return Outputs(**place_of(reader, owner_hit), owner=owner)
    derived = training.scope == _SCOPES["outputs.models_are_derivatives"]
    basis = owner_hit if derived and owner_hit is not None else training.hit
    return Outputs(
        **place_of(reader, basis),
        train_other_models=training.value,
        train_scope=training.scope,
        owner=owner,
    )


def _training(reader: Reader) -> _Training | None:
    """The strictest of what is said: a bar, a duty, a freedom."""
    for hit in reader.hits(*BARRED):
        if _is_noise(hit):
            continue
        if _LIMITED.test(hit.match.text):
            return _Training("conditional", hit, "competing or similar models are barred")
        return _Training("no", hit, "other models")
    for hit in reader.hits(*DUTY):
        if not _is_noise(hit):
            return _Training("conditional", hit, _SCOPES.get(hit.pattern.name, "under a duty"))
    free = next((hit for hit in reader.hits(*FREE) if not _is_noise(hit)), None)
    return _Training("yes", free, "any") if free else None


def settle(outputs: Outputs | None, *, bound: bool) -> Outputs | None:
    """Models made from outputs are derivatives: free where nothing binds derivatives."""
    if outputs is None or bound or outputs.train_scope != _SCOPES["outputs.models_are_derivatives"]:
        return outputs
    return structs.replace(outputs, train_other_models="yes")


_SCOPES = {
    "outputs.training_with_duty": "allowed, with a duty on the model made",
    "outputs.models_are_derivatives": "models made from outputs are derivatives",
    "outputs.models_are_derivatives_too": "models made from outputs are derivatives",
    "outputs.use_restricted": "outputs fall under the limits of use",
    "outputs.dataset_duty": "a dataset of outputs carries a duty",
}


def _is_noise(hit: Hit) -> bool:
    return _DISCLAIMS.test(hit.unit.text) or _LAB_RESULTS.test(hit.unit.text)


def _owner(reader: Reader) -> tuple[Hit | None, str]:
    for hit in reader.hits(*OWNER):
        if _DISCLAIMS.test(hit.unit.text):
            continue
        if hit.pattern.name == "outputs.licensor_owns":
            return hit, "licensor"
        return hit, "user"
    return None, ""
