"""Limits said in languages that the reader of licences does not read: found by their stock phrases, told, never applied.

The reader knows English and Chinese. What is said of commerce or research in another language is recognised where a word
that bars or narrows stands in the same sentence; a stretch in a script that nobody here reads is told as such.
"""

from __future__ import annotations

import re

_COMMERCE = (
    r"commercial|kommerziell|comercia(?:l|is)|commerciale|gewerblich|коммерческ|상업|상용|商用|商業|商业|営利|تجار|thương mại|ticari"
    r"|komersial|komercyjn|वाणिज्यिक|การค้า|เชิงพาณิชย์"
)
_RESEARCH = r"recherche|forschung|investigación|pesquisa|ricerca|исследован|연구|학술|研究|学術|البحث|بحث|nghiên cứu|araştırma|penelitian|badań"
_BARS = (
    r"interdi[ts]|interdiction|ne peut|n'est pas (?:autorisé|permis)|verboten|untersagt|nicht (?:gestattet|erlaubt|zulässig)|proh[ií]b(?:e|en|ido|ida)"
    r"|proibid|vedad[oa]|no (?:se permite|está permitid)|não (?:é permitid|se permite)|viet(?:ato|ata|ati)|non (?:è|e') (?:consentit|permess)"
    r"|запрещ|не (?:допуска|разреш)|금지|불가|허용되지|할 수 없|禁止|禁じ|不可|できません|認めら|يحظر|يُحظر|يمنع|يُمنع|لا يجوز|cấm|không được"
    r"|yasak|dilarang|zabroni|निषिद्ध|ห้าม"
    r"|nicht-?kommerziell|no comercial|não[ -]comercial|non[ -]commercia(?:le|les|li|ux)|некоммерческ|비상업|비영리|非商用|非営利|غير (?:ال)?تجار"
    r"|niekomercyjn|phi thương mại|nonkomersial"
)
_ONLY = (
    r"uniquement|seulement|exclusivement|qu'à des fins|ausschließlich|nur (?:für|zu)|únicamente|solamente|s[oó]lo (?:puede|para|con)|solo (?:per|a scopo)"
    r"|exclusivamente|somente|apenas|esclusivamente|только|исключительно|에만|으로만|한하여|한해|のみ|に限|فقط|chỉ (?:được|dành)|yalnızca|sadece|hanya|wyłącznie"
)
_MATTER = (re.compile(_COMMERCE, re.I), re.compile(_RESEARCH, re.I))
_NARROWS = (re.compile(rf"{_BARS}|{_ONLY}", re.I), re.compile(_ONLY, re.I))
"""What narrows, by matter: research is only narrowed to, never barred."""
_SENTENCE = re.compile(r"[^.!?。！？؟\n]+")
_SCRIPTS = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af\ufb50-\ufdff\ufe70-\ufeff]")
"""Letters of neither Latin nor Chinese script."""
_MOST = 12
"""A name or two may be written in another script."""


def limits(text: str) -> bool:
    """Whether a text limits commerce or narrows to research, in a language other than English and Chinese."""
    if not _NARROWS[0].search(text):
        return False
    said = [match[0] for match in _SENTENCE.finditer(text)]
    pairs = tuple(zip(_NARROWS, _MATTER, strict=True))
    return any(n.search(one) and m.search(one) for one in said for n, m in pairs)


def unreadable(text: str) -> bool:
    """Whether more than names stand in a script that is not read."""
    return len(_SCRIPTS.findall(text)) > _MOST
