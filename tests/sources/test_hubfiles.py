"""Which files speak of a licence, and where a link leads."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightlaw.sources.hubfiles import follow, legal_files, unreadable_files

HUB = "https://huggingface.co"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "LICENSE",
            "LICENSE.md",
            "license.txt",
            "LICENCE",
            "COPYING",
            "COPYING.LESSER",
            "LICENSE-MODEL",
        ),
        *(
            "MODEL_LICENSE",
            "LICENSE_2.0.txt",
            "Llama-3.1-License.txt",
            "LICENSE.html",
            "LICENSES/MIT.txt",
        ),
        *(
            "USE_POLICY.md",
            "USAGE_POLICY",
            "use-policy.txt",
            "Acceptable_Use_Policy.md",
            "NOTICE",
            "NOTICE.txt",
        ),
        *(
            "Notice",
            "ThirdPartyNotices.txt",
            "THIRD_PARTY_LICENSES",
            "Terms of Use.txt",
            "gemma-terms-of-use.md",
        ),
        *("Prohibited_Use_Policy.txt", "License Agreement for Foo.txt", "legal/eula.txt"),
    ],
)
def test_legal(path: str) -> None:
    """Names under which licences, policies and notices are shipped."""
    assert legal_files([path]) == [path]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "README.md",
            "config.json",
            "model.safetensors",
            "license_plate.safetensors",
            "license-plate.txt",
        ),
        *(
            "licenses.json",
            "src/LICENSE.py",
            "deep/er/LICENSE",
            "LICENSE.pdf",
            "merges.txt",
            "vocab.txt",
        ),
    ],
)
def test_not_legal(path: str) -> None:
    """Names that only look like it, and forms that are not read."""
    assert legal_files([path]) == []


def test_hostile_names_cost_nothing() -> None:
    """No pattern takes its time over a name made to make it."""
    names = [
        "license" + "1" * 190 + "!.e",
        "terms of" * 24 + ".e",
        "notice" * 33,
        "license.1" * 22 + ".x!",
    ]
    start = time.perf_counter()
    assert legal_files(names * 50) == ["notice" * 33] * 50
    assert time.perf_counter() - start < 0.5


def test_order_and_documents() -> None:
    """Licences before policies before notices; PDFs are named apart."""
    files = ["NOTICE", "USE_POLICY.md", "LICENSE", "LICENSE.pdf", "Responsible-Use-Guide.pdf"]
    assert legal_files(files) == ["LICENSE", "USE_POLICY.md", "NOTICE"]
    assert unreadable_files(files) == ["LICENSE.pdf"]


@pytest.mark.parametrize(
    ("link", "kind", "path"),
    [
        ("LICENSE", "file", "LICENSE"),
        ("/LICENSE", "file", "LICENSE"),
        ("license", "file", "LICENSE"),
        ("LICENSE#section", "file", "LICENSE"),
        ("[LICENSE](LICENSE)", "file", "LICENSE"),
        ("a.b/LICENSE", "file", "a.b/LICENSE"),
        ("../LICENSE", "nowhere", ""),
        (f"{HUB}/org/model/blob/main/LICENSE", "file", "LICENSE"),
        (f"{HUB}/org/model/resolve/main/LICENSE?download=true", "file", "LICENSE"),
        (f"{HUB}/ORG/model/raw/main/LICENSE", "file", "LICENSE"),
        (f"{HUB}/org/model/blob/v1/LICENSE", "hub", "LICENSE"),
        (f"{HUB}/other/model/blob/refs/pr/2/docs/my%20LICENSE", "hub", "docs/my LICENSE"),
        (f"{HUB}/datasets/org/d/blob/main/LICENSE", "hub", "LICENSE"),
        ("https://mirror.example:8080/other/m/blob/main/L", "hub", "L"),
        (f"{HUB}/org/model", "nowhere", ""),
        ("https://www.llama.com/llama4/license/", "web", "https://www.llama.com/llama4/license/"),
        ("www.llama.com/llama4/", "web", "https://www.llama.com/llama4/"),
        ("ai.google.dev/gemma/terms", "web", "https://ai.google.dev/gemma/terms"),
        ("javascript:alert(1)", "nowhere", ""),
        ("mailto:a@b.c", "nowhere", ""),
        ("https://[broken", "nowhere", ""),
    ],
)
def test_follow(link: str, kind: str, path: str) -> None:
    """Every form of `license_link` that was met."""
    files = ["LICENSE", "a.b/LICENSE"]
    found = follow(link, ["org/model"], files, "https://mirror.example:8080")
    assert (found.kind, found.path if kind != "nowhere" else "") == (kind, path)


def test_follow_keeps_revision_and_type() -> None:
    """A link to another repository carries its own revision."""
    found = follow(f"{HUB}/datasets/o/d/blob/refs/pr/2/L", [], [], HUB)
    assert (found.repo_id, found.revision, found.repo_type) == ("o/d", "refs/pr/2", "dataset")


@given(st.text(), st.lists(st.text()))
def test_any_link(link: str, files: list[str]) -> None:
    """Nothing raises; a `file` is one of the files."""
    found = follow(link, ["org/model"], files, HUB)
    assert found.kind != "file" or found.path in files
    legal_files(files)
    unreadable_files(files)
