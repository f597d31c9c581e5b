"""The words of licenses, as parts of expressions: who, must, may not, what, for which purpose.

Patterns of all kinds of clauses are built from these, so that a way of saying "must not" is added once.
All lower case, ASCII quotes, single blanks (see `document.fold`).
"""

from __future__ import annotations

YOU = (
    r"\b(?:you|your|licensees?|users?|recipients?|customers?|the user|an? (?:individual"
    r"|entity|company)"
    r"|(?:any|each|every|no) (?:person|party|one|entity)|anyone|entities|companies"
    r"|organizations?)\b"
)
MUST = (
    r"\b(?:must|shall|will|should|agrees? to|(?:are|is|be) (?:required|obligated"
    r"|obliged) to|needs? to"
    r"|(?:has|have) to|undertakes? to|requires? (?:you|licensees?) to)\b"
)
NOT = (
    r"(?:\b(?:may|shall|must|will|can|do|does|should|would|is|are|be)(?: \w+ly)? not\b|\bcannot\b"
    r"|\bcan't\b|\bmay neither\b|\bmay only not\b|\bdon't\b|\bno (?:right|permission"
    r"|license|one|person|part)\b"
    r"|\bnot? (?:\w+ly )?(?:be )?(?:permitted|allowed|authorized|authorised|entitled"
    r"|licensed|granted)\b"
    r"|\b(?:prohibit(?:ed|s)?|forbidden|forbids|barred|excluded|restricted) from\b|\bagrees? not\b"
    r"|\bprohibits\b|\bundertakes? not\b|\brefrain from\b|\bnor\b|\bnever\b)"
)
BARRED = (
    r"(?:\b(?:is|are|be|shall be|remains?)(?: \w+ly){0,2} (?:prohibited|forbidden|barred"
    r"|disallowed|excluded"
    r"|not (?:permitted|allowed|authorized|authorised|licensed|granted|included))\b)"
)
NONCOMMERCIAL = r"\bnon-? ?commercial(?:ly)?\b"
PURPOSE = (
    r"(?:purposes?|uses?|usage|users|basis|activit(?:y|ies)|research|exploitation"
    r"|applications?|ends|projects?|settings?|contexts?)"
)
MODEL = (
    r"\b(?:models?|weights?|parameters|software(?: products?)?|materials?|works?"
    r"|licensed (?:materials?|elements?"
    r"|works?)|checkpoints?|program|product|services?|derivatives?)\b"
)
DERIVED = (
    r"(?:derivatives?|derivative (?:works?|models?|materials?)|modif(?:y|ied|ying"
    r"|ications?)|adapt(?:ed|ations?)?"
    r"|fine-? ?tun(?:e|ed|ing)|trained|improved)"
)
DISTRIBUTE = (
    r"(?:\bre-?distribut\w*|\bdistribut\w*|\bshar(?:e|es|ing)\b|\bpublish\w*|\bmak(?:e|es"
    r"|ing) (?:\w+ ){0,8}?available"
    r"|\bconvey\w*|\btransfer\w*|\bprovid(?:e|ing) (?:\w+ ){0,4}?to (?:others|third part)"
    r"|\bsub-?licens\w*|\bdisseminat\w*)"
)
AGREEMENT = r"(?:licen[sc]e|agreement|terms?(?: of use)?|conditions|policy)"
LICENSOR_ACT = r"(?:grants?|granted|granting|授予|许可)"
