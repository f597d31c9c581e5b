"""Hostile names, cards and templates: text stays text in every format, and nothing runs or is reached."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs

from tests.reports.test_procurement import DATE, FIVE, FORMATS, rendered, view
from weightlaw.domain.deployment import Deployment
from weightlaw.domain.models import Base, Declared, ModelFacts, TextFile
from weightlaw.errors import UsageError
from weightlaw.reports.procurement import templating
from weightlaw.reports.procurement.cleaning import MAX_TEXT, clean, cleaned
from weightlaw.reports.procurement.view import Kind, Mode, Report

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='alert(3)"
TEMPLATE = '{{ 7*7 }}{% raw %}#{7*7} #eval("1+1") $x^2$ ${7*7} <%= 7*7 %>'
FORMULA = "=cmd|'/C calc'!A0"
TURNED = "safe\u202egnp.exe\u2066\u200f\u0000\u0007\x1b[31m\u2028\ufeff\udc80"
MARKDOWN = "](javascript:alert(1)) ![x](http://evil.example/p.png) `code` | cell | <b> @someone *b* _i_ ~~s~~"
HUGE = "A" * 1_000_000
PAYLOADS = {
    "script": SCRIPT,
    "template": TEMPLATE,
    "formula": FORMULA,
    "turned": TURNED,
    "markdown": MARKDOWN,
    "huge": HUGE,
    "xml": "]]></w:t><w:instrText>DDEAUTO c:\\\\x</w:instrText>&#x3c;&amp;",
    "plus": "+1+1",
    "at": "@SUM(1+1)",
    "minus": "-2+3+cmd|' /C calc'!A0",
}
KEPT = {
    "allowed",
    "conditional",
    "review",
    "denied",
    "weightlaw.report/1",
    DATE,
    *get_args(Kind),
    *get_args(Mode),
}
"""Words of our own vocabulary, which no source can set."""


def poisoned(value: Any, payload: str) -> Any:
    """The view with every text in it replaced: as if all sources were hostile at once."""
    if isinstance(value, str):
        return value if value in KEPT or not value else payload
    if isinstance(value, tuple):
        return tuple(poisoned(item, payload) for item in value)
    if isinstance(value, Struct):
        parts = {f: poisoned(getattr(value, f), payload) for f in value.__struct_fields__}
        return structs.replace(value, **_numbers(value, parts))
    return value


def _numbers(value: Struct, parts: dict[str, Any]) -> dict[str, Any]:
    """Numbers that our own code writes stay numbers: prices are read from a checked file."""
    return {k: getattr(value, k) if k in ("input", "output") else v for k, v in parts.items()}


@pytest.fixture(scope="module")
def plain() -> Report:
    grown = Deployment(mau=900_000_000, growth=0.02)
    return view([*FIVE, "qwen2.5-72b", "openai/gpt-oss-120b"], grown)


@pytest.fixture(params=sorted(PAYLOADS))
def hostile(request: pytest.FixtureRequest, plain: Report) -> Report:
    made: Report = cleaned(poisoned(plain, PAYLOADS[request.param]))
    return made


class _Page(HTMLParser):
    """What a browser would see: elements with their attributes, and the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_holds_no_foreign_element(hostile: Report) -> None:
    page = _Page()
    page.feed(rendered(hostile, "html").decode())
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "iframe", "object", "embed", "link", "form", "base"}
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    for tag, attributes in page.elements:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], (tag, attributes)
        address = attributes.get("href") or attributes.get("src") or "#"
        assert address.startswith("#")
    assert len("".join(page.texts)) < 40_000_000


def test_html_shows_the_text(plain: Report) -> None:
    page = _Page()
    page.feed(rendered(cleaned(poisoned(plain, SCRIPT)), "html").decode())
    assert any(clean(SCRIPT) in text for text in page.texts)


def test_templates_in_text_are_not_filled(plain: Report) -> None:
    made = cleaned(poisoned(plain, TEMPLATE))
    for form in ("html", "markdown"):
        text = rendered(made, form).decode()
        assert "49" not in re.sub(
            r"&#\d+;|sha256-\S+|\d{3,}|\.\d+|#\w*49\w*", "", text.split("<main>")[-1]
        )
    assert "{{ 7*7 }}" in rendered(made, "html").decode()


def test_xlsx_holds_no_formula_and_no_link(hostile: Report) -> None:
    with zipfile.ZipFile(BytesIO(rendered(hostile, "xlsx"))) as book:
        names = book.namelist()
        sheets = [book.read(n).decode() for n in names if n.startswith("xl/worksheets/sheet")]
        rest = " ".join(names)
    assert len(sheets) == 16
    assert "externalLink" not in rest
    assert "vbaProject" not in rest
    for sheet in sheets:
        assert "<f>" not in sheet
        assert "<f " not in sheet
        assert "<hyperlink" not in sheet
        assert 't="str"' not in sheet


def test_docx_holds_no_field_and_no_foreign_part(hostile: Report) -> None:
    with zipfile.ZipFile(BytesIO(rendered(hostile, "docx"))) as package:
        document = package.read("word/document.xml").decode()
        links = package.read("word/_rels/document.xml.rels").decode()
    for field in ("<w:instrText", "<w:fldSimple", "<w:fldChar", "<w:hyperlink", "<w:object"):
        assert field not in document
    assert 'TargetMode="External"' not in links


def test_pdf_holds_no_action_and_no_link(hostile: Report) -> None:
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(BytesIO(rendered(hostile, "pdf")))
    root = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))
    assert root["/MarkInfo"]["/Marked"]
    assert all("/Annots" not in page and "/AA" not in page for page in reader.pages)


def test_markdown_is_text(plain: Report) -> None:
    text = rendered(cleaned(poisoned(plain, MARKDOWN)), "markdown").decode()
    assert "](javascript" not in text.replace("\\]", "")
    assert "http://" not in text
    assert "<b>" not in text
    assert "@someone" not in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) > 2


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_or_direction_character_in_any_text(form: str, plain: Report) -> None:
    data = rendered(cleaned(poisoned(plain, TURNED)), form)
    texts = (
        [data.decode("utf-8", "replace")] if form in ("html", "markdown", "json") else _parts(data)
    )
    for text in texts:
        assert not re.search(
            "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text
        )


def _parts(data: bytes) -> list[str]:
    """The XML of a package; of a PDF the text that a reader would copy."""
    if data.startswith(b"%PDF"):
        pypdf = pytest.importorskip("pypdf")
        return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages[:3]]
    with zipfile.ZipFile(BytesIO(data)) as package:
        return [package.read(n).decode() for n in package.namelist() if n.endswith(".xml")]


@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=200))
def test_clean_text_is_one_harmless_line(text: str) -> None:
    """No control or direction character, no line break, nothing that cannot be written; once is enough."""
    made = clean(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", made)
    made.encode()
    assert clean(made) == made


def test_long_text_says_how_long_it_was() -> None:
    assert clean(HUGE).endswith("… (1,000,000 characters)")
    assert len(clean(HUGE)) < MAX_TEXT + 50


class _HostileHub:
    """A source whose every answer is hostile."""

    def fetch(self, model_id: str, revision: str | None = None) -> ModelFacts:
        text = f"{SCRIPT}\n{FORMULA}\n{TURNED}\nYou may use this model for research only."
        return ModelFacts(
            id=model_id,
            source="hub",
            as_of=DATE,
            revision="0" * 40,
            declared=Declared(tags=("other", FORMULA), name=SCRIPT, link="javascript:alert(1)"),
            texts=(TextFile(path=f"LICENSE{TURNED}", text=text, sha256="0" * 64),),
            bases=(Base(id=f"evil/{'x' * 100_000}", source=TURNED),),
            datasets=(SCRIPT,),
            tags=(TEMPLATE, HUGE),
            config={"model_type": SCRIPT, "architectures": FORMULA},
            notes=(SCRIPT, HUGE, TEMPLATE),
        )

    def prefetch(self, wanted: Sequence[tuple[str, str | None]]) -> None:
        """Nothing to fetch."""


@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_card_comes_through_as_text(form: str) -> None:
    made = view(["evil/model"], hub=_HostileHub())
    assert made.decisions[0].verdict in ("review", "denied")
    data = rendered(made, form)
    assert 500 < len(data) < 2_000_000
    if form == "html":
        page = _Page()
        page.feed(data.decode())
        assert sum(tag == "script" for tag, _ in page.elements) == 1
        assert not any(tag == "img" for tag, _ in page.elements)


@pytest.mark.parametrize(
    "template",
    [
        "{{ report.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../../../etc/passwd' %}",
        "{% for _ in range(10000000) %}{% endfor %}",
        "{{ report.decisions.append(1) }}",
        "{{ report.nothing }}",
        "{% for %}",
    ],
)
def test_an_overriding_template_reaches_nothing(
    template: str, plain: Report, tmp_path: Path
) -> None:
    """Whatever it tries ends in one error that names the template."""
    (tmp_path / "report.html.j2").write_text(template, encoding="utf-8")
    with pytest.raises(UsageError, match="template"):
        rendered(plain, "html", str(tmp_path))


@pytest.mark.parametrize(
    "template",
    [
        '#read("/etc/passwd")',
        '#read("../../../../etc/passwd")',
        '#read("pyproject.toml")',
        '#import "@preview/cetz:0.3.0"',
        '#eval("1")',
        '#dictionary(std).at("ev" + "al")("1")',
        '#include "x.typ"',
        "#nothing",
    ],
)
def test_an_overriding_typst_template_reaches_nothing(
    template: str, plain: Report, tmp_path: Path
) -> None:
    (tmp_path / "report.typ").write_text(template, encoding="utf-8")
    with pytest.raises(UsageError, match=r"template report\.typ"):
        rendered(plain, "pdf", str(tmp_path))


def test_an_overriding_template_is_used(plain: Report, tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        "<h1>{{ report.headline }}</h1>{{ x }}", encoding="utf-8"
    )
    with pytest.raises(UsageError, match="'x' is undefined"):
        rendered(plain, "html", str(tmp_path))
    (tmp_path / "report.html.j2").write_text("<h1>{{ report.title }}</h1>", encoding="utf-8")
    text = rendered(structs.replace(plain, title=SCRIPT), "html", str(tmp_path)).decode()
    assert (
        text == "<h1>" + templating.environment().from_string("{{ t }}").render(t=SCRIPT) + "</h1>"
    )
    assert "<script>" not in text
