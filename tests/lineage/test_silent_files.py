"""A licence that is there and cannot be read, or states nothing, is no licence that permits."""

from __future__ import annotations

import pathlib

import pytest

from tests.lock.texts import MIT
from weightlaw.checking import check
from weightlaw.domain.findings import ModelResult
from weightlaw.domain.verdict import Verdict

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
FOREIGN = {
    "ko": "본 모델은 비상업적 연구 목적으로만 사용할 수 있습니다. 상업적 이용은 금지됩니다.",
    "ja": "本モデルは研究目的に限り使用できます。商用利用は禁止されています。",
    "ar": "يُسمح باستخدام هذا النموذج لأغراض البحث غير التجارية فقط. يُحظر الاستخدام التجاري.",
    "fr": "Ce modèle ne peut être utilisé qu'à des fins de recherche. Toute utilisation commerciale est interdite.",
    "de": "Die kommerzielle Nutzung dieses Modells ist untersagt.",
    "es": "Se prohíbe el uso comercial de este modelo.",
    "ru": "Коммерческое использование этой модели запрещено.",
    "zh": "本模型仅供学术研究使用，禁止任何商业用途。",
}


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A model whose card declares the MIT License."""
    _card(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "quoll"}', encoding="utf-8")
    return tmp_path


def _card(folder: pathlib.Path, prose: str = "", front: str = "license: mit") -> None:
    text = f"---\n{front}\n---\n# Quoll\n\n{prose}\n"
    (folder / "README.md").write_text(text, encoding="utf-8")


def _judged(folder: pathlib.Path) -> ModelResult:
    (result,) = check(str(folder)).models
    return result


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("LICENSE", b""),
        ("LICENSE", b" \n\n"),
        ("LICENSE", b"https://example.org/our-licence\n"),
        ("LICENSE", b"Please see the model card.\n"),
        ("LICENSE", LFS.encode()),
        ("LICENSE", b"%PDF-1.4 \x00\x01"),
        ("LICENSE", b"{\\rtf1\\ansi Non-commercial use only.\\par}"),
        ("LICENSE", b"a " * 1_500_000),
        ("LICENSE.pdf", b"%PDF-1.4 \x00\x01"),
        ("LICENSE.rtf", b"{\\rtf1 x}"),
        ("MODEL_LICENSE.docx", b"PK\x03\x04"),
        *(("LICENSE", text.encode()) for text in FOREIGN.values()),
    ],
)
def test_it_is_not_taken_for_the_tag(folder: pathlib.Path, name: str, data: bytes) -> None:
    assert _judged(folder).verdict is Verdict.ALLOWED
    (folder / name).write_bytes(data)
    assert _judged(folder).verdict in (Verdict.REVIEW, Verdict.DENIED)


@pytest.mark.parametrize("target", ["/etc/hostname", "nowhere"])
def test_a_link_that_is_not_followed(folder: pathlib.Path, target: str) -> None:
    (folder / "LICENSE").symlink_to(target)
    assert _judged(folder).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "text", ["MIT\n", "Released under the MIT License.\n", "This model is licensed under MIT."]
)
def test_a_file_that_names_what_is_declared_settles_it(folder: pathlib.Path, text: str) -> None:
    (folder / "LICENSE").write_text(text, encoding="utf-8")
    assert _judged(folder).verdict is Verdict.ALLOWED


def test_a_file_that_names_another_licence_contradicts(folder: pathlib.Path) -> None:
    text = "This model is licensed under the Llama 3.1 Community License.\n"
    (folder / "LICENSE").write_text(text, encoding="utf-8")
    result = _judged(folder)
    assert result.verdict is Verdict.REVIEW
    assert "WL105" in [f.rule for f in result.findings]


def test_a_picture_of_the_text_beside_it_is_no_doubt(folder: pathlib.Path) -> None:
    (folder / "LICENSE.txt").write_text(MIT, encoding="utf-8")
    (folder / "LICENSE.pdf").write_bytes(b"%PDF-1.4 \x00")
    assert _judged(folder).verdict is Verdict.ALLOWED
    (folder / "LICENSE-MODEL.pdf").write_bytes(b"%PDF-1.4 \x00")
    assert _judged(folder).verdict is Verdict.REVIEW


@pytest.mark.parametrize("words", FOREIGN.values(), ids=FOREIGN)
def test_other_languages_in_card_and_notice(folder: pathlib.Path, words: str) -> None:
    _card(folder, words)
    assert _judged(folder).verdict is Verdict.REVIEW
    _card(folder)
    (folder / "NOTICE").write_text(words, encoding="utf-8")
    assert _judged(folder).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "front",
    [
        "license: mit\nlicense_name: quoll-nc",
        "license: [mit, quoll-licence]",
        "license: [mit, other]\nlicense_name: quoll",
        "license: mit\nlicense_link: https://creativecommons.org/licenses/by-nc/4.0/",
        "license: mit\nextra_gated_prompt: You agree to use the model for non-commercial research only.",
        "license: mit\nextra_gated_heading: For non-commercial research only.",
        "license: mit\nextra_gated_fields:\n  I agree to use this model for non-commercial use ONLY: checkbox",
    ],
)
def test_what_stands_beside_the_tag_counts(folder: pathlib.Path, front: str) -> None:
    _card(folder, front=front)
    assert _judged(folder).verdict in (Verdict.REVIEW, Verdict.DENIED)


@pytest.mark.parametrize(
    "front",
    [
        "license: mit\nlicense_name: MIT License",
        "license: mit\nlicense_link: https://opensource.org/licenses/MIT",
        "license: mit\nextra_gated_heading: Tell us who you are\nextra_gated_fields:\n  Name: text\n  Country: country",
    ],
)
def test_what_says_the_same_does_not(folder: pathlib.Path, front: str) -> None:
    _card(folder, front=front)
    assert _judged(folder).verdict is Verdict.ALLOWED


@pytest.mark.parametrize("config", ['{"peft_type": "LORA"}', '{"base_model_name_or_path": "/x/y"}'])
def test_an_adapter_has_a_base(folder: pathlib.Path, config: str) -> None:
    (folder / "adapter_config.json").write_text(config, encoding="utf-8")
    result = _judged(folder)
    assert result.verdict is Verdict.REVIEW
    assert "WL501" in [f.rule for f in result.findings]
