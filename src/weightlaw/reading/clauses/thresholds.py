"""Thresholds: a size (users, revenue, funding, employees) beyond which something else applies.

A threshold is a quantity, the metric it counts, and a comparator, in one sentence. What follows from
passing it stands in the same sentence or in the next. A size below which something is permitted ("less
than $1M may use it") is the same threshold seen from the other side: beyond it, the permission ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from msgspec import Struct, structs

from weightlaw.domain.terms import Threshold
from weightlaw.reading.document import Unit
from weightlaw.reading.engine import MAX_HITS, Reader
from weightlaw.reading.expressions import Expression, Match
from weightlaw.reading.numbers import Quantity, quantities

Metric = Literal[
    "monthly_active_users",
    "daily_active_users",
    "annual_revenue",
    "monthly_revenue",
    "funding",
    "employees",
    "other",
]
Consequence = Literal["request_license", "attribution", "not_licensed", "pay", "other"]
Whose = Literal["organization", "affiliates", "product", "user"]

MONEY = frozenset({"annual_revenue", "monthly_revenue", "funding"})
_REVENUE = r"(?:revenues?|turnover|sales|income|receipts|earnings|billings)"
_EARNS = (
    r"\b(?:earn(?:s|ed|ing)?|mak(?:e|es|ing)|made|tak(?:e|es|ing) in|took in|generat(?:e|es|ed|ing)|bring(?:s|ing)? in|brought in"
    r"|gross(?:es|ed|ing)|turn(?:s|ing)? over)\b"
)
_EARNING = Expression(_EARNS)
"""Verbs that count a revenue only where a sum of money stands beside them."""
_WORTH = Expression(r"assets|worth|valu|market|profit|net income")
_METRIC = Expression(
    r"(?P<monthly_active_users>monthly (?:actives?|audience)\b|users monthly\b|monthly(?:[ -]active)?(?:[ -]unique)?[ -](?:end[ -])?users?\b"
    r"|\bmaus?\b"
    r"|monthly active (?:\w+ )?(?:users?|customers?|accounts?|visitors?|members?|subscribers?)"
    r"|(?:active |unique |registered )*(?:end[ -])?users (?:\w+ ){0,4}?(?:per|a|each|every|in (?:a|any"
    r"|one)) (?:calendar )?month"
    r"|(?:people|persons|individuals|customers|visitors) (?:who (?:\w+ ){1,5}?)?(?:per|a|each|every"
    r"|in (?:a|any|one)) (?:calendar )?month"
    r"|(?:活跃)?用户[^。;]{0,4}每月|月(?:度|均)?(?:活跃?|总?活跃)(?:的)?(?:用户|用户数|用户量)|月活(?:用户)?)"
    r"|(?P<daily_active_users>daily[ -]active[ -](?:end[ -])?users?|\bdaus?\b|daily users?"
    r"|(?:active |unique )*(?:users|people|persons|individuals|customers) (?:who (?:\w+ ){1,5}?)?(?:per|a"
    r"|each|every|in (?:a|any|one)) day|日(?:均)?活(?:跃)?(?:用户)?)"
    rf"|(?P<monthly_revenue>monthly (?:\w+ ){{0,3}}{_REVENUE}"
    rf"|{_REVENUE} (?:\w+ ){{0,4}}?(?:per|a|each|every|in any"
    r"|in a) (?:\w+ )?month\b|\bmrr\b|月(?:度)?(?:营业)?(?:收入|营收|流水|销售额))"
    r"|(?P<annual_revenue>(?:annual|yearly|annually"
    rf"|annualized)(?:ly)? (?:[\w-]+ ){{0,4}}{_REVENUE}|\barr\b"
    rf"|{_REVENUE}\b|annual (?:\w+ )?(?:budget)|年(?:度)?(?:总)?(?:营业|销售)?(?:收入|营收|营业额|销售额|流水)"
    rf"|{_EARNS})"
    r"|(?P<funding>funding|\braised\b|investments?|financing|venture capital|capital raised"
    r"|outside capital"
    r"|融资)"
    r"|(?P<employees>employees|headcount|staff members|full-time (?:staff|workers"
    r"|equivalents?)|individuals? working|\bemploy(?:s|ing)?\b|\bworkforce\b|\bworkers\b"
    r"|\bstaff\b|\bteams? of\b|\bemployers? of\b|people employed"
    r"|\bseats\b|员工)"
    r"|(?P<other>(?:registered |paying |active |total |end |unique |authorized "
    r"|concurrent )*(?:users|subscribers"
    r"|customers|visitors|downloads|developers|installations|instances|devices|requests"
    r"|api calls|machines|gpus|servers|processors)\b|\buser ?base\b|\bdownloaded\b"
    r"|(?:people|persons) (?:who )?(?:have |has )?install(?:ed)?\b|\bprofits?\b|net income|\bvalued at\b"
    r"|total assets|market (?:cap|capitalization|value)|valuation|net worth|注册用户|用户(?:数|量)?)"
)
_COMPARATOR = Expression(
    r"(?P<le>(?:not|no|n't|never)(?: \w+)? (?:more|greater|higher|larger) than"
    r"|\bnot (?:\w+ )?exceed(?:s|ed|ing)?"
    r"|\bup to|at most|(?:a )?maximum of|\blimited to|\bcapped at|\bcap(?: of|:| is)|不超过|不多于|不高于|不大于|至多|<=|≤)"
    r"|(?P<ge>(?:not|no)(?: \w+)? (?:less|fewer|lower|smaller) than|at least"
    r"|equals? (?:to )?or (?:is )?(?:more|greater"
    r"|higher|exceeds?)(?: than)?|(?:greater|more|higher) than or equal(?:s)? to"
    r"|exceeds? or equals?|minimum (?:of )?"
    r"|reach(?:es|ed|ing)?(?: or exceed\w*)?|meets? or exceeds?|达到或(?:者)?超过|大于(?:或|或者)?等于"
    r"|达到|不少于|不低于|至少|>=|≥)"
    r"|(?P<gt>(?:more|greater|higher|larger) than|exceed(?:s|ed|ing)?|\bover\b|\babove\b"
    r"|in excess of"
    r"|(?:bigger) than|upwards? of|north of|\bcross(?:es|ed)?\b|\bpass(?:es|ed)?\b|surpass(?:es|ed|ing)?|\bbeyond\b|outnumbers?|超过|超出|大于|高于|多于|逾|>)"
    r"|(?P<lt>(?:less|fewer|lower|smaller) than|\bunder\b|\bbelow\b|\bbeneath\b|\buntil (?:\w+ ){1,4}?(?:hits?|reach(?:es)?)"
    r"|\b(?:stops?|ends?|ceases?) at|低于|少于|小于|不足|不满|未达到|<)"
)
_BEHIND = Expression(
    r"^[^;,]*?(?:(?P<ge>(?:or (?:more|greater|above|higher|over|larger)|and (?:above|over"
    r"|more))(?:[.,;)]|$| [^t]| t[^h])"
    r"|以上|^\+)|(?P<le>or (?:less|fewer|below|under|lower)(?:[.,;)]|$| [^t]| t[^h])|以下|以内))"
)
_RELEASE = Expression(
    r"(?:before|preceding|prior to) the (?:date|day) (?:\S+ ){0,8}?released|"
    r"(?:on|as of|at|upon|by) (?:or before )?(?:the )?(?:date of )?(?:(?:\S+ ){0,6}?release"
    r" (?:date|of)|(?:the )?(?:initial |first "
    r"|public )*release\b)|on the (?:date|day) (?:\S+ ){0,8}?(?:released|published"
    r"|made available)|(?:发布|发行)(?:日|之日|当日|时)"
    r"|when (?:\S+ ){0,6}?(?:was|is|were) (?:first )?released"
)
_MOMENT = Expression(
    r"(?:on|as of|at) (?:the )?(?:effective date|date (?:of|you"
    r"|on which you) (?:\S+ )?(?:accept|download|access|first)"
    r"|time (?:of|you) (?:\S+ )?(?:accept|download|access|first|agree))"
    r"|at the time of (?:the )?(?:download|acceptance)"
)
_PAY = Expression(
    r"\bpaid\b|\bpay(?:s|ing|ment)?\b|\bfees?\b|\bpurchas\w*|\bbuys?\b|\bsubscri(?:be|ption)\w*"
    r"|royalt(?:y|ies) of|revenue[- ]shar"
    r"|commercial subscription|付费|支付|购买|费用"
)
_REQUEST = Expression(
    r"(?:must|shall|needs? to|ha(?:s|ve) to) be licensed|"
    r"(?:request|obtain|acquire|apply for|secure|seek|enter into|require|need|sign|execute"
    r"|negotiate|have)\w* (?:\S+ ){0,9}?"
    r"(?:licen[sc]e|permission|authorization|authorisation|consent|approval|agreement|authority)\b"
    r"|contact (?:\S+ )*?(?:licen[sc]|permission|authoriz|commercial|agreement)"
    r"|without (?:\S+ ){0,6}?(?:express|prior|written"
    r"|separate) (?:\S+ ){0,3}?(?:authorization|licen[sc]e|permission|consent|approval)"
    r"|(?:separate|enterprise|commercial|different) (?:\w+ )?(?:licen[sc]e"
    r"|agreement)(?: agreement)? (?:from|with|is required)"
    r"|(?:申请|获得|取得|请求|联系|事先)[^。]*(?:许可|授权|同意)|register|registration|notify|contact|联系|登记"
)
_ATTRIBUTE = Expression(
    r"(?:\bdisplay\w*|\battribut\w*|\backnowledg\w*|\bcredit\b|\bshow(?:s|ing)? "
    r"|prominent\w*|built with|powered by|展示|标注|注明)"
)
_BAR = Expression(
    r"(?:\bnot (?:\w+ )?(?:authorized|authorised|licensed|permitted|entitled|granted"
    r"|eligible|allowed|apply|extend|cover|covered|license|use)"
    r"|\bno (?:rights?|license)\b|\b(?:may|shall|must|can|will) not\b|\bcannot\b|prohibited"
    r"|\blaps(?:e|es|ed)\b|\b(?:ends?|expires?|ceases?|stops?)\b|\bcovers\b|\bbreach\b|\bno more than\b"
    r"|forbidden|terminat\w+|void|excluded"
    r"|ineligible|不得|禁止|无权|终止|only (?:if|for|to|by|permitted)|(?:may|can|are free to"
    r"|is free to) (?:\w+ ){0,3}?use|provided (?:that|you)"
    r"|permitted|free of charge|as long as|eligible|available to)"
)
_COMMERCIAL = Expression(r"\bcommercial(?:ly)?\b|monetiz|商业|商用")
_AFFILIATES = Expression(
    r"\baffiliat\w+|\bparent compan|\bsubsidiar\w+|common control|corporate group"
    r"|group of companies|关联(?:方|公司|实体)"
)
_PRODUCT = Expression(
    r"(?:your|such|any(?: of your)?|the|that|commercial|each"
    r"|a) (?:commercial )?(?:products? or services?|products?|services?|applications?"
    r"|platform)"
    r"(?: \w+| that){0,4} (?:has|have|with|having|exceed\w*|reach\w*|uses?|is|are"
    r"|generat\w+|serv\w+)|产品或服务"
)
_MANY = Expression(r"products (?:or|and) services (?:made available|offered|provided|operated) by")
_ANCHORS = (
    "monthly",
    "users",
    "revenue",
    "turnover",
    "funding",
    "raised",
    "employees",
    "income",
    "mau",
    "dau",
    "月活",
    "活跃",
    "收入",
    "营收",
    "营业额",
    "用户",
    "headcount",
    "arr ",
    "seats",
    "sales",
    "financing",
    "investment",
    "budget",
    "valuation",
    "market cap",
    "receipts",
    "downloads",
    "developers",
    "subscribers",
    "customers",
    "visitors",
    "instances",
    "devices",
    "requests",
    "融资",
    "员工",
    "total assets",
    "net worth",
    "销售额",
    "per month",
    "per day",
    "earn",
    "making",
    "makes",
    " made ",
    " in ",
    "generat",
    "gross",
    "profit",
    "net income",
    "valued",
    "employ",
    "workforce",
    "workers",
    "staff",
    "teams of",
    "team of",
    "machines",
    "gpus",
    "servers",
    "processors",
    "user base",
    "userbase",
    "downloaded",
    "installed",
)
_DIGIT = Expression(r"[0-9]|million|billion|thousand|hundred|[万亿]")


_MONTHLY = Expression(r"^[^,;.]{0,25}\b(?:per|a|each|every) (?:calendar )?month")


class _Found(Struct, frozen=True):
    metric: Metric
    quantity: Quantity
    comparator: Literal[">", ">="]
    permits: bool
    """Said as what is permitted below the size, not as what follows above it."""
    explicit: bool


def read(reader: Reader) -> tuple[Threshold, ...]:
    """The thresholds of a text, each value once."""
    kept: dict[tuple[object, ...], Threshold] = {}
    for unit in reader.units(*_ANCHORS):
        if len(kept) >= MAX_HITS:
            break
        for threshold in _in_sentence(reader, unit):
            key = (threshold.metric, threshold.value, threshold.currency)
            kept[key] = _stricter(kept[key], threshold) if key in kept else threshold
    return tuple(kept.values())


def _stricter(one: Threshold, other: Threshold) -> Threshold:
    """The sentence of the two that says more; of the comparators the stricter, if they differ."""
    better = other if _rank(other) > _rank(one) else one
    inclusive = ">=" in (one.comparator, other.comparator)
    return structs.replace(better, comparator=">=") if inclusive else better


def _rank(threshold: Threshold) -> tuple[int, int]:
    """Of two sentences on one number, that which says what follows, and how to be licensed then."""
    order = {"other": 0, "not_licensed": 1, "attribution": 2, "request_license": 3, "pay": 3}
    return order[threshold.consequence], int(threshold.confidence * 100)


def _in_sentence(reader: Reader, unit: Unit) -> list[Threshold]:
    if not _DIGIT.test(unit.text):
        return []
    found = list(_pairs(unit.text))
    if not found:
        return []
    consequence, sure = _consequence(reader, unit, any(f.permits for f in found))
    if not sure and not all(f.explicit for f in found):
        return []
    combine = _combine(unit.text, found)
    return [_threshold(reader, unit, one, consequence, sure, combine) for one in found]


def _threshold(
    reader: Reader,
    unit: Unit,
    found: _Found,
    consequence: Consequence,
    sure: bool,
    combine: Literal["any", "all"] | None,
) -> Threshold:
    reader.understand(unit, "threshold")
    start, end = reader.place(
        unit, unit.start + found.quantity.start, unit.start + found.quantity.end
    )
    whose = _whose(unit.text)
    return Threshold(
        section=unit.section,
        start=start,
        end=end,
        confidence=0.95 if sure and found.explicit else 0.6,
        pattern=f"threshold.{found.metric}",
        metric=found.metric,
        value=found.quantity.value,
        currency=found.quantity.currency,
        comparator=found.comparator,
        measured=_measured(unit.full[0]),
        consequence=consequence,
        whose=whose,
        commercial_only=_COMMERCIAL.test(unit.full[0]) and consequence != "attribution",
        combine=combine,
        scope=_SCOPES[whose],
        exception=_exception(reader, unit),
    )


_SCOPES: dict[Whose, str] = {
    "organization": "figures of the licensee",
    "affiliates": "figures of the licensee and its affiliates together",
    "product": "figures of the product or service that uses the licensed work",
    "user": "figures of the user",
}


def _pairs(text: str) -> Iterator[_Found]:
    """Quantities with the metric they count and their comparator."""
    numbers = quantities(text)
    metrics = list(_METRIC.finditer(text))
    last: _Found | None = None
    bound = 0
    for place, number in enumerate(numbers):
        after = numbers[place + 1].start if place + 1 < len(numbers) else len(text)
        one = _pair(text, number, metrics, bound, after)
        if one is None:
            continue
        same = last is not None and (one.metric, one.quantity.value) == (
            last.metric,
            last.quantity.value,
        )
        if not same:  # "one million dollars ($1,000,000)" is one sum
            yield one
        last, bound = one, number.end


def _pair(
    text: str, number: Quantity, metrics: list[Match], bound: int, after: int
) -> _Found | None:
    metric = _nearest(text, number, metrics, bound, after)
    if metric is None or (number.value < 2 and number.currency is None):
        return None
    compared = _comparator(text, number, bound)
    if compared is None:
        return None
    comparator, permits = compared
    name = _named(metric)
    if name == "annual_revenue" and _MONTHLY.test(text[number.end : number.end + 45]):
        name = "monthly_revenue"
    return _Found(name, number, comparator, permits, explicit=name != "other")


def _named(metric: Match) -> Metric:
    name = next(iter(metric.groups))
    return next(m for m in get_args(Metric) if m == name)


_BREAK = Expression(r"[;]|, (?:and|or) (?:if|when|where|you) ")


def _nearest(
    text: str, number: Quantity, metrics: list[Match], bound: int, after: int
) -> Match | None:
    best: tuple[int, Match] | None = None
    for metric in metrics:
        words = metric.text[metric.start : metric.end]
        money = _named(metric) in MONEY or _WORTH.test(words)
        if number.currency is None and _EARNING.test(words):
            continue
        if number.currency is not None and not money:
            continue
        if metric.start >= number.end:
            gap = metric.start - number.end
            far = 90 if money else 45
            gap = gap if metric.start <= after or gap < 12 else 10_000
        else:
            gap, far = number.start - metric.end + 20, 320
            gap = gap if metric.end > bound else 10_000
        if number.currency is None and money:
            gap += 30
        if _named(metric) == "other":
            gap, far = gap + 25, 60
        if gap <= far and (best is None or gap < best[0]):
            best = gap, metric
    return best[1] if best else None


def _comparator(text: str, number: Quantity, bound: int) -> tuple[Literal[">", ">="], bool] | None:
    if text[number.end - 1] == "+":
        return ">=", False
    behind = _BEHIND.search(text[number.end : number.end + 90])
    if behind:
        return (">=", False) if "ge" in behind.groups else (">", True)
    before = list(_COMPARATOR.finditer(text[max(bound, number.start - 70) : number.start]))
    if not before:
        return None
    kind = next(iter(before[-1].groups))
    return {"gt": (">", False), "ge": (">=", False), "lt": (">=", True), "le": (">", True)}[kind]  # type: ignore[return-value]


def _consequence(reader: Reader, unit: Unit, permits: bool) -> tuple[Consequence, bool]:
    """What follows, from the sentence, else from what introduces it, else from the next ones."""
    texts = [unit.text, unit.introduction]
    texts += [
        near.text
        for near in reader.around(unit, 0, 2)
        if _same_section(unit, near) or ABOVE.test(near.text)
    ]
    if unit.lead is not None:
        texts += [near.text for near in reader.around(unit, 0, 6) if near.lead is unit.lead]
    for text in texts:
        if (kind := _follows(text)) and not (
            kind == "not_licensed" and text is not unit.text and permits
        ):
            if kind == "not_licensed" and (other := _follows_next(texts[2:4])):
                return other, True
            return kind, True
    return ("not_licensed", True) if permits else ("other", False)


ABOVE = Expression(
    r"^(?:\W|[0-9a-z]{1,3}[.)])*(?:above|beyond|over) (?:that|this|the|these|it)\b|^(?:\W|[0-9a-z]{1,3}[.)])*(?:otherwise\b"
    r"|(?:all|any|every|everyone|everybody|anyone) (?:other|else|above|beyond|at)|(?:larger|bigger)\b)"
)
"""Goes on about those beyond a size that was named just before."""


def _follows_next(texts: list[str]) -> Consequence | None:
    """A bar followed by the way to lift it ("request a license") is a request for a license."""
    kinds = [_follows(text) for text in texts]
    return next((kind for kind in kinds if kind in ("request_license", "pay")), None)


def _follows(text: str) -> Consequence | None:
    if not text:
        return None
    if _PAY.test(text):
        return "pay"
    if _REQUEST.test(text):
        return "request_license"
    if _ATTRIBUTE.test(text):
        return "attribution"
    return "not_licensed" if _BAR.test(text) else None


def _same_section(unit: Unit, near: Unit) -> bool:
    return near.section.split(".")[0] == unit.section.split(".")[0]


def _measured(text: str) -> Literal["release_date", "rolling", "other"]:
    if _RELEASE.test(text):
        return "release_date"
    return "other" if _MOMENT.test(text) else "rolling"


def _whose(text: str) -> Whose:
    if _AFFILIATES.test(text):
        return "affiliates"
    if not _MANY.test(text) and _PRODUCT.test(text):
        return "product"
    return "organization"


def _combine(text: str, found: list[_Found]) -> Literal["any", "all"] | None:
    """How two sizes of one sentence belong together; `any`, the stricter, where it is open."""
    if len(found) < 2:
        return None
    between = text[found[0].quantity.end : found[1].quantity.start]
    joined_by_and = _AND.test(between) and not _OR.test(between)
    if found[0].permits:  # permitted below A and below B: lost beyond either
        return "all" if _OR.test(between) and not joined_by_and else "any"
    return "all" if joined_by_and else "any"


_AND = Expression(r"\band\b|且|并且|和")
_OR = Expression(r"\bor\b|或")
_EXEMPT = Expression(
    r"section (?P<which>[0-9]{1,2}(?:\.[0-9a-z]{1,3})*)(?: of this \w+)? (?:will|shall|does"
    r"|do) not apply"
)


def _exception(reader: Reader, unit: Unit) -> str:
    for near in reader.units("not apply"):
        found = _EXEMPT.search(near.text)
        if found and found.group("which") == unit.section.split(".")[0]:
            return f"does not apply to those named in section {near.section}"
    return ""
