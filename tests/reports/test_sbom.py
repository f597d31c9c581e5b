"""SBOM documents: valid by the formats' own validators, the same bytes for the same inputs, and true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.lock.texts import MIT, MIT_BARRED
from tests.loopback import LoopbackHub, hub, hub_home
from tests.reports.sbom_invented import (
    FORMATS,
    FREE,
    ROOT,
    TUNED,
    add_models,
    bill_of,
    read,
    run,
)
from tests.reports.sbom_validators import reread
from tests.sources.conftest import only_loopback
from weightlaw.catalog.store import load
from weightlaw.domain.deployment import Deployment
from weightlaw.errors import NothingChecked, UsageError
from weightlaw.reports.sbom.formats import renderer
from weightlaw.reports.sbom.licensing import Register
from weightlaw.reports.sbom.plaintext import web_address
from weightlaw.reports.sbom.view import Bill, Node

__all__ = ["hub", "hub_home", "only_loopback"]

HOSTILE = (
    "<script>alert(1)</script>{{7*7}}=cmd|' /C calc'!A0\u202e\u2066txt\x07\x1b[31m SPDXRef-DOCUMENT"
)


@pytest.mark.parametrize("form", FORMATS)
def test_catalogue(form: str) -> None:
    """Families, derivatives, quantizations, several licences: valid, and read back with every model."""
    wanted = ["llama4", "Qwen/Qwen3-8B", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"]
    bill = bill_of(wanted, Deployment(mau=900_000_000), live=False)
    text = renderer(form)(bill)
    assert {node.id for node in bill.asked} <= reread(form, text)
    assert renderer(form)(bill) == text


@pytest.mark.parametrize("form", FORMATS)
def test_live(hub: LoopbackHub, form: str) -> None:
    """Models of a Hub with shipped texts, a base, training data."""
    add_models(hub)
    bill = bill_of([TUNED, FREE])
    assert {n.id for n in bill.nodes} == {TUNED, ROOT, FREE}
    assert [d.id for d in bill.data] == ["someone/winds"]
    assert {TUNED, FREE} <= reread(form, renderer(form)(bill))


def test_view(hub: LoopbackHub) -> None:
    """Declared and concluded are two things; the base's licence binds; revision, package URL and hashes are there."""
    commits = add_models(hub)
    nodes = {node.id: node for node in bill_of([TUNED, FREE]).nodes}
    tuned, root, free = nodes[TUNED], nodes[ROOT], nodes[FREE]
    assert (tuned.declared, free.declared, free.concluded) == (("MIT",), ("MIT",), ("MIT",))
    assert tuned.concluded == ("MIT", *root.concluded)
    assert root.concluded[0].startswith("LicenseRef-weightlaw-unknown-")
    assert root.declared[0].startswith("LicenseRef-weightlaw-declared-zephyr-")
    assert free.revision == commits[FREE]
    assert free.purl.startswith(f"pkg:huggingface/{FREE}@{commits[FREE]}?repository_url=")
    assert [text.path for text in free.texts] == ["LICENSE", "NOTICE"]
    assert free.texts[0].licenses == ("MIT",)
    assert free.texts[0].url.endswith(f"/{FREE}/resolve/{commits[FREE]}/LICENSE")
    assert (tuned.ancestors, tuned.bases[0].base) == ((root.key,), root.key)
    assert (root.asked_as, root.verdict) == ((), "")


def test_folder(tmp_path: Path) -> None:
    """A folder has no address and no package URL, and its texts have hashes all the same."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "zephyr"}', encoding="utf-8")
    (folder / "LICENSE").write_text(MIT, encoding="utf-8")
    bill = bill_of([str(folder)], live=False)
    (node,) = bill.nodes
    assert (node.purl, node.page, node.download, node.group) == ("", "", "", "")
    assert (node.concluded, node.texts[0].path, len(node.texts[0].sha1)) == (
        ("MIT",),
        "LICENSE",
        40,
    )
    for form in FORMATS:
        assert node.id in reread(form, renderer(form)(bill))


def test_several_tags(hub: LoopbackHub) -> None:
    """Two declared licences are joined as the stricter reading wants, and it says so."""
    hub.add(FREE, card="---\nlicense: [mit, apache-2.0]\n---\n")
    (node,) = bill_of([FREE]).nodes
    assert node.declared == ("MIT", "Apache-2.0")
    assert "without saying how they belong together" in node.license_comment


def test_addresses() -> None:
    """On the Hub itself there is no qualifier; a model of the catalogue has no revision."""
    (node,) = bill_of(["Qwen/Qwen3-8B"], live=False).asked
    assert node.purl == "pkg:huggingface/Qwen/Qwen3-8B"
    assert node.download == "git+https://huggingface.co/Qwen/Qwen3-8B"


def test_changed_text_is_not_the_license(hub: LoopbackHub) -> None:
    """MIT with a sentence more is not MIT: what is concluded is a LicenseRef that says so."""
    hub.add(FREE, card="---\nlicense: mit\n---\n", files={"LICENSE": MIT_BARRED})
    bill = bill_of([FREE])
    (node,) = bill.nodes
    assert node.declared == ("MIT",)
    assert node.concluded[0].startswith("LicenseRef-weightlaw-changed-MIT-")
    named = next(item for item in bill.licenses if item.id == node.concluded[0])
    assert (named.name, named.listed) == ("A changed text of MIT License", False)


def test_a_name_that_speaks_of_changes_changes_nothing(hub: LoopbackHub) -> None:
    """Whether a text is changed is a fact of its own, not a word in a file's name."""
    hub.add(FREE, card="---\nlicense: mit\n---\n", files={"LICENSE-is a changed text of": MIT})
    (node,) = bill_of([FREE]).nodes
    assert node.concluded == ("MIT",)


@pytest.mark.parametrize(
    "card",
    [
        "# Nothing\n",
        "---\nlicense: other\nlicense_name: whatever-1\n---\n",
        "---\nlicense: cc\n---\n",
        f"---\nlicense: mit\nbase_model: {ROOT}\n---\n",
    ],
)
def test_nothing_asserted(hub: LoopbackHub, card: str) -> None:
    """No licence, an unknown one, a loose word, a base that nobody knows: NOASSERTION, with the reason."""
    hub.add(TUNED, card=card)
    bill = bill_of([TUNED])
    node = next(n for n in bill.nodes if n.id == TUNED)
    assert node.concluded == ()
    assert len(node.license_comment) > 40
    package = _package(json.loads(renderer("spdx-2.3")(bill)), TUNED)
    assert package["licenseConcluded"] == "NOASSERTION"


@pytest.mark.slow
def test_every_license_is_accepted() -> None:
    """Each licence of the knowledge and of the SPDX list, as declared and concluded, in every format."""
    register = Register(load())
    ids = dict.fromkeys([*load().license_ids(), *load().spdx_ids()])
    entries = [entry for i in ids if (entry := load().license(i))]
    found = [register.entry(e) for e in entries if e.kind in ("license", "policy")]
    nodes = tuple(
        Node(
            key=f"m-{n}", id=f"o/m{n}", name=f"m{n}", asked_as=("x",), declared=(i,), concluded=(i,)
        )
        for n, i in enumerate(found)
    )
    bill = Bill(
        created="2026-01-01T00:00:00Z",
        weightlaw="0",
        knowledge="2026-01-01",
        name="all",
        nodes=nodes,
        licenses=register.all(),
    )
    bare = tuple(msgspec.structs.replace(item, url="") for item in bill.licenses)
    for form in (
        FORMATS
    ):  # CycloneDX's validator takes a tenth of a second an address: they have a test of their own
        shown = bill if form.startswith("spdx") else msgspec.structs.replace(bill, licenses=bare)
        assert len(reread(form, renderer(form)(shown))) == len(nodes)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("https://huggingface.co/a/b/resolve/main/LICENSE%20x?a=b&c#d", True),
        ("http://127.0.0.1:8080/a_(b)", True),
        ("https://xn--bcher-kva.example", True),
        ("https://a:b@example.com/", False),
        ("https://example.com:80:90/", False),
        ("https://example.com/%zz", False),
        ("https://example.com/a#b#c", False),
        ("https://example.com/a b", False),
        ("https://example.com/<x>", False),
        ("https://example.com/[x]", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://example.com/" + "a" * 3_000, False),
    ],
)
def test_web_address(text: str, taken: bool) -> None:
    """Only plain addresses are taken, and each that is taken is one for CycloneDX's validator too."""
    from rfc3987_syntax import is_valid_syntax_iri_reference

    assert web_address(text) == (text if taken else "")
    assert not taken or is_valid_syntax_iri_reference(text)


def test_spdx_2_3(hub: LoopbackHub) -> None:
    """The fields of SPDX 2.3 hold what they are made for."""
    add_models(hub)
    bill = bill_of([TUNED, FREE], Deployment(mau=900_000_000))
    document = json.loads(renderer("spdx-2.3")(bill))
    assert document["dataLicense"] == "CC0-1.0"
    kinds = {(r["relationshipType"], r.get("comment", "")) for r in document["relationships"]}
    assert ("DESCENDANT_OF", f"finetune of {ROOT} (said by api).") not in kinds
    assert ("DESCENDANT_OF", f"finetune of {ROOT} (said by api)") in kinds
    assert ("OTHER", "trained on, by the word of the card") in kinds
    package = _package(document, TUNED)
    assert package["licenseDeclared"] == "MIT"
    assert package["licenseConcluded"].startswith("MIT AND LicenseRef-weightlaw-unknown-")
    assert package["filesAnalyzed"] is False
    comments = [a["comment"] for a in package["annotations"]]
    assert any(c.startswith("weightlaw:finding: WL") for c in comments)
    assert any(c.startswith("weightlaw:restriction: ") for c in comments)
    (unknown,) = [
        x for x in document["hasExtractedLicensingInfos"] if "-unknown-" in x["licenseId"]
    ]
    assert "not copied" in unknown["extractedText"]
    assert "greater than 700 million" not in json.dumps(document["hasExtractedLicensingInfos"])
    files = {f["fileName"]: {c["algorithm"] for c in f["checksums"]} for f in document["files"]}
    assert files["./LICENSE"] == {"SHA1", "SHA256"}


def test_spdx_3(hub: LoopbackHub) -> None:
    """Models are AI packages with exactly one declared and one concluded licence each, as the AI profile asks."""
    add_models(hub)
    graph = json.loads(renderer("spdx-3.0")(bill_of([TUNED])))["@graph"]
    models = {e["spdxId"]: e for e in graph if e["type"] == "ai_AIPackage"}
    assert {m["name"] for m in models.values()} == {TUNED, ROOT}
    for kind in ("hasDeclaredLicense", "hasConcludedLicense"):
        of = [e["from"] for e in graph if e.get("relationshipType") == kind and e["from"] in models]
        assert sorted(of) == sorted(models)
    tuned = next(m for m in models.values() if m["name"] == TUNED)
    assert tuned["ai_typeOfModel"] == ["zephyr", "ZephyrForCausalLM"]
    assert "700" in tuned["ai_limitation"]
    assert tuned["ai_informationAboutTraining"].startswith(f"finetune of {ROOT}")
    document = next(e for e in graph if e["type"] == "SpdxDocument")
    assert set(document["profileConformance"]) >= {"core", "software", "simpleLicensing", "ai"}
    assert {"descendantOf", "trainedOn"} <= {e.get("relationshipType") for e in graph}
    hashes = [e["verifiedUsing"][0]["algorithm"] for e in graph if e["type"] == "software_File"]
    assert hashes == ["sha256"]


@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_cyclonedx(hub: LoopbackHub, version: str) -> None:
    """Model cards with considerations, ancestors in the pedigree, both kinds of licences."""
    add_models(hub)
    document = json.loads(renderer(f"cyclonedx-{version}")(bill_of([TUNED, FREE])))
    assert document["specVersion"] == version
    parts = {c["name"]: c for c in document["components"]}
    tuned = parts["zephyr-tuned"]
    assert tuned["type"] == "machine-learning-model"
    (ancestor,) = tuned["pedigree"]["ancestors"]
    assert (ancestor["group"], ancestor["name"]) == tuple(ROOT.split("/"))
    assert {x["license"]["acknowledgement"] for x in tuned["licenses"]} == {"declared", "concluded"}
    card = tuned["modelCard"]
    assert card["modelParameters"]["modelArchitecture"] == "ZephyrForCausalLM"
    assert card["modelParameters"]["datasets"] == [{"ref": parts["someone/winds"]["bom-ref"]}]
    assert any("700" in x for x in card["considerations"]["technicalLimitations"])
    properties = {p["name"]: p["value"] for p in tuned["properties"]}
    assert properties["weightlaw:license:declared"] == "MIT"
    assert properties["weightlaw:verdict"] in ("review", "denied")
    assert "weightlaw:finding:001" in properties
    shipped = [r for r in parts["breeze-1b"]["externalReferences"] if r["type"] == "license"]
    assert {r["hashes"][0]["alg"] for r in shipped} == {"SHA-256"}


@pytest.mark.parametrize("form", FORMATS)
def test_same_bytes(form: str, tmp_path: Path) -> None:
    """Two processes with other hash seeds write the same bytes, whatever day it is."""
    code = (
        "import sys; from weightlaw.cli import main; main.COMMANDS.setdefault('sbom', ''); "
        "sys.exit(main.main(sys.argv[1:]))"
    )
    texts = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.json"
        command = [
            sys.executable,
            "-c",
            code,
            "sbom",
            "llama4",
            "qwen3",
            "--offline",
            "--no-policy",
        ]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        done = subprocess.run(
            [*command, "--format", form, "-o", str(out)], env=environment, check=False, cwd=tmp_path
        )
        assert done.returncode == 4
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]


def test_date(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day that is given stands where a live answer's own day would."""
    add_models(hub)
    out = tmp_path / "x.json"
    args = ("sbom", FREE, "--no-policy", "--date", "2031-05-06", "-o", str(out))
    assert run(monkeypatch, *args) == 0
    document = read(out)
    assert document["creationInfo"]["created"] == "2031-05-06T00:00:00Z"
    assert "as of 2031-05-06" in document["packages"][0]["sourceInfo"]
    assert run(monkeypatch, "sbom", FREE, "--offline", "--no-policy", "--date", "31.5.2031") == 2


def test_content_decides_the_id(hub: LoopbackHub) -> None:
    """Another deployment says other things, so the document has another id; the same has the same."""
    add_models(hub)
    one, same, other = (bill_of([FREE], d) for d in (Deployment(), Deployment(), Deployment(mau=1)))
    assert one.digest == same.digest != other.digest
    first, second = (json.loads(renderer("spdx-2.3")(b)) for b in (one, other))
    assert first["documentNamespace"] != second["documentNamespace"]


def test_facts_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is the organization's own stays at home; the exit code is the verdict's all the same."""
    for form in FORMATS:
        out = tmp_path / "facts.json"
        args = ("sbom", "llama4", "--mau", "912345678", "--offline", "--no-policy", "--facts-only")
        assert run(monkeypatch, *args, "--format", form, "-o", str(out)) == 1
        text = out.read_text(encoding="utf-8")
        for word in ("912", "denied", "WL201", "headquarters DE"):
            assert word not in text, (form, word)
        assert "700 million" in text


def test_exit_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As check; the document is written with a denial and a review too."""
    out = tmp_path / "x.json"
    base = ("--offline", "--no-policy", "-o", str(out))
    assert run(monkeypatch, "sbom", "Qwen/Qwen3-8B", *base) == 0
    assert run(monkeypatch, "sbom", "llama4", "--mau", "900M", *base) == 1
    assert "denied" in out.read_text(encoding="utf-8")
    assert run(monkeypatch, "sbom", "nobody/unheard-of", *base) == 3
    args = ("sbom", "Qwen/Qwen3-8B", "nobody/unheard-of", *base)
    assert run(monkeypatch, *args) == 4
    assert run(monkeypatch, *args, "--fail-on", "deny") == 0
    lost = _package(read(out), "nobody/unheard-of")
    assert (lost["licenseConcluded"], lost["downloadLocation"]) == ("NOASSERTION", "NOASSERTION")


def test_nothing_found() -> None:
    """No document about nothing."""
    with pytest.raises(NothingChecked):
        bill_of(["nobody/unheard-of"], live=False)


@pytest.mark.parametrize(
    ("form", "library"),
    [("spdx-3.0", "spdx_python_model"), ("cyclonedx-1.7", "cyclonedx"), ("spdx-2.3", "spdx_tools")],
)
def test_missing_library(
    form: str, library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with the command that installs it, before anything is asked."""
    for name in [n for n in sys.modules if n.startswith(("weightlaw.reports.sbom.", library))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf'needs {library}.*pip install "weightlaw\[sbom\]"'):
        renderer(form)
    assert run(monkeypatch, "sbom", "llama4", "--offline", "--format", form) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("form", FORMATS)
def test_hostile(hub: LoopbackHub, form: str) -> None:
    """Scripts, templates, formulas, direction marks, a megabyte: text in a valid document, and no more."""
    data: dict[str, Any] = {
        "license": "other",
        "license_name": HOSTILE + "x" * 1_000_000,
        "license_link": "javascript:alert(1)//\u202e",
        "datasets": [HOSTILE, "a" * 100_000],
    }
    files = {"LICENSE": f"{HOSTILE}\nYou may not use this commercially.\n", "NOTICE": "\x00\x01"}
    hub.add(
        "someone/hostile",
        card_data=data,
        files=files,
        tags=[HOSTILE],
        config={"model_type": HOSTILE},
    )
    text = renderer(form)(bill_of(["someone/hostile"]))
    assert "someone/hostile" in reread(form, text)
    assert len(text) < 200_000
    odd = [c for c in text if (ord(c) < 32 and c != "\n") or c in "\u202e\u2066\u200f\x7f"]
    assert odd == []
    assert not [x for x in _strings(json.loads(text)) if x.startswith("javascript:")]


def test_circle(hub: LoopbackHub) -> None:
    """Two models that name each other as base: each has the other as ancestor, and nothing hangs."""
    for one, other in (("a/one", "b/two"), ("b/two", "a/one")):
        hub.add(one, card=f"---\nlicense: mit\nbase_model: {other}\n---\n", base_models=[other])
    bill = bill_of(["a/one", "b/two"])
    first, second = (next(n for n in bill.nodes if n.id == i) for i in ("a/one", "b/two"))
    assert (first.ancestors, second.ancestors) == ((second.key,), (first.key,))
    assert all(node.asked_as for node in bill.nodes)
    for form in FORMATS:
        assert {"a/one", "b/two"} <= reread(form, renderer(form)(bill))


def test_two_words_for_one_model(hub: LoopbackHub) -> None:
    """A model that is asked for twice stands there once."""
    commits = add_models(hub)
    bill = bill_of([FREE, f"{FREE}@{commits[FREE]}"])
    (node,) = bill.nodes
    assert node.asked_as == (FREE, f"{FREE}@{commits[FREE]}")


def test_many() -> None:
    """200 models: every format within ten seconds (measured: below four)."""
    from time import perf_counter

    ids = [i for i in load().model_ids() if "/" in i][:200]
    bill = bill_of(ids, Deployment(mau=900_000_000), live=False)
    for form in FORMATS:
        start = perf_counter()
        renderer(form)(bill)
        assert perf_counter() - start < 10, form


def test_view_is_frozen_and_encodable() -> None:
    """The view goes through JSON and back unchanged: nothing in it is more than a value."""
    bill = bill_of(["llama4"], live=False)
    assert msgspec.json.decode(msgspec.json.encode(bill), type=Bill) == bill


def _package(document: Any, name: str) -> Any:
    return next(p for p in document["packages"] if p["name"] == name)


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [s for item in value.values() for s in _strings(item)]
    if isinstance(value, list):
        return [s for item in value for s in _strings(item)]
    return [value] if isinstance(value, str) else []
