"""Uses that are forbidden: a list in the text, or a policy that the text incorporates."""

from __future__ import annotations

from weightlaw.domain.terms import UseRestrictions
from weightlaw.reading.engine import Hit, Pattern, Reader, place_of
from weightlaw.reading.expressions import Expression
from weightlaw.reading.words import BARRED, MUST, NOT

_CATEGORIES = (
    ("military", r"\bmilitar|warfare|\bweapon|军事|武器"),
    (
        "unlawful use",
        r"\billegal|\bunlawful|violat\w+ (?:\w+ ){0,3}(?:law|regulation|right)|\bcrimin|违法|非法"
        r"|违反[^。]{0,8}法律",
    ),
    ("harm to minors", r"\bminors\b|\bchild|未成年"),
    ("discrimination", r"discriminat|歧视"),
    ("harassment", r"harass|\bbully|defam|disparag|\bhate\b|诽谤|骚扰|仇恨"),
    (
        "disinformation",
        r"disinformation|misinformation|false (?:or misleading )?information|misleading|deceiv"
        r"|\bdeceptive|verifiably false|虚假信息",
    ),
    ("fraud", r"\bfraud|\bscam|phishing|\bspam\b|欺诈|诈骗"),
    ("malware", r"malware|malicious|ransomware|\bvirus|恶意"),
    ("surveillance", r"surveil|biometric|facial recognition|track(?:ing)? individuals|监控"),
    (
        "law enforcement",
        r"law enforcement|migration|immigration|asylum|administration of justice|border control",
    ),
    ("violence", r"violen|terroris|暴力|恐怖"),
    ("self-harm", r"self-harm|suicid"),
    ("sexual content", r"sexual|porn|obscen|色情"),
    (
        "privacy",
        r"personal(?:ly)? identifiable|private information|sensitive information|privacy"
        r"|personal data|个人信息|隐私",
    ),
    ("medical advice", r"medical advice|medical results|medical device"),
    ("automated decisions", r"automated decision|automated individual decision"),
    ("impersonation", r"impersonat|deepfake"),
    ("critical infrastructure", r"critical infrastructure|nuclear|heavy machinery"),
    ("infringement", r"infring|misappropriat|third[- ]party rights"),
    (
        "harm",
        r"\bharm\w*\b|exploit\w* (?:any of the )?vulnerab|bodily|national security|国家安全|危害",
    ),
    ("undisclosed machine output", r"machine[- ]generated|human[- ]generated"),
)
_CATEGORY_EXPRESSIONS = tuple((name, Expression(words)) for name, words in _CATEGORIES)
_ANCHORS = (
    "militar|illegal|unlawful|violat|minors|child|discriminat|harass|disinformation|false"
    "|fraud|malware|surveil|law enforcement|violen|harm|terroris|weapon|restricted uses"
    "|军事|违法|非法|危害|歧视"
)
_EVIL = "|".join(words for _, words in _CATEGORIES)
_FIELDS = (
    r"\bprofiling\b|health ?care|\bclinical\b|fossil|\bgambling\b|\btobacco\b|\bbanks?\b|\bbanking\b|insurance|\bpolitical\b"
    r"|\bpolice\b|\bgovernment(?:s|al)? (?:agenc|bod|use)|\bindustry\b"
)
"""Fields of work that texts exclude, beside the uses of which categories are told."""
_MORE_ANCHORS = (
    "|biometric|profiling|health|clinical|fossil|gambling|tobacco|bank|insurance|political|police|government"
    "|industry|nuclear|infrastructure|evil|medical"
)
LISTED = (
    Pattern(
        "restrictions.will_not_use",
        _ANCHORS,
        rf"(?:{NOT}|{BARRED}).*?\b(?:us(?:e|ed|es|ing)|utiliz\w+|deploy\w*|employ\w*|engag\w+"
        rf"|allow|permit|purposes?|do not)\b.*?(?:{_EVIL})",
        introduced=True,
        confidence=0.92,
    ),
    Pattern(
        "restrictions.not_for_a_purpose",
        _ANCHORS,
        rf"{NOT},? for (?:any )?(?:{_EVIL}).*?\b(?:use|copy|distribute)\b",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "restrictions.listed_use",
        _ANCHORS,
        r"\b(?:prohibited|restricted|forbidden|disallowed|unacceptable"
        rf"|following) (?:\w+ )?uses?\b.*?(?:{_EVIL})",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "restrictions.expressly_prohibits",
        _ANCHORS,
        rf"\bprohibits?\b.*?\buse\b.*?(?:{_EVIL})|\bprohibit\w* (?:uses?"
        rf"|purposes?).*?(?:{_EVIL})",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "restrictions.lawful_only",
        "lawful|ethical|applicable law|illegal",
        rf"{MUST}.*?\b(?:only|solely|ensure)\b.*?\b(?:lawful|ethical)\b",
        confidence=0.7,
    ),
    Pattern(
        "restrictions.use_for_barred",
        _ANCHORS + _MORE_ANCHORS,
        rf"\b(?:use|usage|deployment)\b[^;]*?(?:{_EVIL}|{_FIELDS})[^;]*?{BARRED}|\bno use\b[^;]*?\b(?:in|for|by)\b"
        rf"[^;]*?(?:{_EVIL}|{_FIELDS})|\b(?:shall|must|may|only) be used (?:only )?for good, not evil\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "restrictions.field_barred",
        _ANCHORS + _MORE_ANCHORS,
        rf"(?:\b(?:may|shall|must|will|can) not\b|\bcannot\b)[^;]{{0,60}}?\b(?:use|deploy)\b[^;]{{0,60}}?\b(?:in|for|by)\b"
        rf"[^;]{{0,60}}?(?:{_FIELDS})|(?:{_FIELDS})[^;]{{0,60}}?(?:\b(?:may|shall|must|will|can) not\b|\bcannot\b) (?:\w+ )?"
        rf"(?:use|deploy|access)\b",
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "restrictions.zh",
        "军事|违法|非法|危害|不得|禁止",
        r"(?:不得|禁止|不能|不可)[^。;]*(?:使用|利用|用于|从事)[^。;]*(?:军事|违法|非法|危害|侵犯|违反|歧视|色情|暴力|武器)|(?:不得|禁止"
        r"|不能|不可)[^。;]*(?:军事|违法|非法)[^。;]*(?:使用|目的|用途)",
        confidence=0.9,
    ),
)
_POLICY = (
    r"(?:acceptable[ -]use|prohibited[ -]uses?|use|usage|content|responsible[ -]use"
    r"|use restrictions?) (?:policy|policies|guidelines)|\baup\b"
)
INCORPORATED = (
    Pattern(
        "restrictions.policy_incorporated",
        "policy|policies|guidelines|aup",
        rf"(?:{MUST}|\bcomply\b|\badhere\b|\baccordance\b|\bcompliance\b"
        rf"|\bsubject\b).*?(?:{_POLICY}).*?\bincorporated\b",
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "restrictions.policy_incorporated_too",
        "policy|policies|guidelines|aup",
        rf"(?:{_POLICY}).*?\bincorporated\b|\bincorporat\w+.*?(?:{_POLICY})",
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "restrictions.policy_followed",
        "policy|policies|guidelines|aup",
        rf"(?:{MUST}|\bsubject to\b|\bin violation of\b|\bcompliance with\b|\baccordance with\b"
        rf"|\bagree\b|\bcomply\b|\badhere\b|\bviolate\b|\bviolates\b|{NOT}).*?(?:{_POLICY})",
        introduced=True,
        confidence=0.88,
    ),
    Pattern(
        "restrictions.terms_followed",
        "http|www.",
        rf"\buse\b.*?{MUST}.*?\b(?:consistent|comply|accordance)\b.*?\b(?:terms|policy"
        r"|guidelines|code of conduct|principles)\b.*?(?:https?://|www\.)",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "restrictions.referenced_uses",
        "restricted uses|use restrictions|use-based restrictions|permitted uses|prohibited uses",
        rf"(?:{MUST}|{NOT}|cannot).*?\b(?:restricted uses|use restrictions"
        r"|use-based restrictions|prohibited uses)\b",
        introduced=True,
        confidence=0.8,
    ),
)
PASSED_ON = (
    Pattern(
        "restrictions.enforceable_provision",
        "enforceable provision|enforceable provisions",
        rf"(?:{MUST}|include\w*).*?\benforceable provisions?\b",
        introduced=True,
        confidence=0.97,
    ),
    Pattern(
        "restrictions.not_permit_others",
        "third party|third parties|others|any person",
        r"\b(?:not|nor) (?:permit|assist|cause|enable|authorize),? .*?\b(?:third part(?:y|ies)"
        r"|others|any person|anyone)",
        introduced=True,
        confidence=0.9,
    ),
    Pattern(
        "restrictions.license_must_not_contradict",
        "contradict|conflict",
        r"\b(?:share|distribut\w+|licen[sc]e|terms)\b.*?\bnot (?:contradict|conflict with|be inconsistent with)\b"
        r"[^;]*?\b(?:restrictions|use conditions)\b",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "restrictions.require_users",
        "require|ensure|impose|bind|flow down|pass on|obligat",
        rf"{MUST}.*?\b(?:require|ensure that|impose on|obligate|bind|cause"
        r"|contractually require)\b.*?\b(?:users?|recipients?|sub-?licensees?|customers?"
        r"|third part(?:y|ies)|downstream)\b.*?\b(?:comply|abide|agree|restrict|adhere|bound"
        r"|terms|policy|restrictions)",
        introduced=True,
        confidence=0.85,
    ),
    Pattern(
        "restrictions.same_restrictions",
        "restrictions|limitations|conditions",
        rf"{MUST}.*?\b(?:include|impose|pass on|flow down|incorporate|contain)\b.*?\b(?:same"
        r"|these|such|all|at least|use-based|use)\b[^;]*?\b(?:restrictions|limitations)\b",
        introduced=True,
        confidence=0.8,
    ),
    Pattern(
        "restrictions.pass_on_zh",
        "接收|第三方|使用者|下游|用户",
        r"(?:应|须|必须|需)[^。;]*(?:要求|确保|促使|约束)[^。;]*(?:接收方|接收者|第三方|使用者|下游|用户)[^。;]*(?:遵守|同意)",
        confidence=0.85,
    ),
)
_DISCLAIMER = Expression(
    r"as[ -]is\b|warrant|in no event|\bliab(?:le|ility)|indemnif|not (?:designed|intended)"
    r"|severed|initiate litigation"
)
_NOT_A_USE = Expression(
    r"export|embargo|sanction|any name or mark|trademark|patent licen|technological measure"
    r"|any provision or part|unenforceable"
)
_EXCUSES = Expression(
    r"trademark usage|brand guidelines|nothing in this|cannot construe|privacy policy|not responsible"
)
_URL = Expression(
    r"(?P<url>(?:https?://|www\.)[^ )\]>\"'*,;]+"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+/[^ )\]>\"'*,;]*[a-z0-9/_-])"
)


def read(reader: Reader) -> UseRestrictions | None:
    """The restrictions of use; None where the text has none."""
    listed = next((hit for hit in reader.hits(*LISTED) if _is_use(hit)), None)
    policy = next(
        (hit for hit in reader.hits(*INCORPORATED) if not _EXCUSES.test(hit.unit.text)), None
    )
    basis = policy if listed is None else listed if policy is None else _stronger(listed, policy)
    if basis is None:
        return None
    passed = next((hit for hit in reader.hits(*PASSED_ON) if _passes(hit, listed)), None)
    # the duty to pass on is the harder part of a list, so it is shown where it stands by itself
    alone = passed is not None and passed.pattern is PASSED_ON[0] and basis is listed
    place = place_of(reader, passed if passed is not None and alone else basis)
    return UseRestrictions(
        **place,
        kind="incorporated_policy" if basis is policy else "in_text_list",
        policy_url=_url(reader, policy) if policy else "",
        categories=_categories(reader) if listed else (),
        must_pass_on=passed is not None,
    )


def _stronger(listed: Hit, policy: Hit) -> Hit:
    return policy if "incorporated" in policy.pattern.name else listed


def _is_use(hit: Hit) -> bool:
    text = hit.unit.text
    if _DISCLAIMER.test(text) or _EXCUSES.test(text) or text.startswith("if any"):
        return False
    return not _NOT_A_USE.test(hit.match.text[hit.match.start : hit.match.end])


def _passes(hit: Hit, listed: Hit | None) -> bool:
    """A duty to pass restrictions on, and not a duty about warranties, contributions or notices."""
    text = hit.match.text
    if _NOT_PASSED.test(hit.unit.text):
        return False
    if hit.pattern.name == "restrictions.not_permit_others":
        return not _ALLOW.test(text)
    return True


_NOT_PASSED = Expression(
    r"warrant|indemnif|copyright notice|attribution notice|source code|personal use"
)
_ALLOW = Expression(r"allow others|allow anyone")


def _url(reader: Reader, hit: Hit) -> str:
    found = _URL.search(hit.unit.text)
    if found is None:
        return ""
    start, end = found.groups["url"]
    words = reader.document.words(hit.unit.start + start, hit.unit.start + end)
    return words.rstrip(".,;:)")


_FORBIDS = Expression(
    rf"(?:{NOT}|{BARRED}).*?\b(?:us(?:e|es|ed|ing)|permit|allow)\b|\bprohibited uses?\b"
)


def _categories(reader: Reader) -> tuple[str, ...]:
    """What kinds of use the lists name, for a first view; the words of the text decide."""
    hits = reader.hits(LISTED[0], LISTED[1], LISTED[3], LISTED[-1])
    texts = [hit.unit.text for hit in hits if _is_use(hit)]
    forbids: dict[int, bool] = {}  # items share their introduction, so each is tested once
    for unit in reader.document.units:
        if unit.lead is not None:
            if unit.lead.index not in forbids:
                forbids[unit.lead.index] = _FORBIDS.test(unit.introduction)
            if forbids[unit.lead.index]:
                texts.append(unit.text)
    whole = " ".join(texts)[:40_000]
    return tuple(name for name, words in _CATEGORY_EXPRESSIONS if words.test(whole))
