"""A lock written, the world moved, `verify` asked: all against the loopback Hub."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.lock.texts import FREE, MIT, MIT_BARRED, MODEL, ZEPHYR, add_free, add_zephyr
from tests.loopback import SHARED, LoopbackHub, needs_shared
from weightlaw.cli.main import main
from weightlaw.reports.verify_report import json_schema

Capture = pytest.CaptureFixture[str]
LOCK = Path("weightlaw.lock")


def lock(*args: str) -> None:
    """Write the lock of 24 November 2026."""
    assert main(["lock", *args, "--date", "2026-11-24"]) == 0


def verify(capsys: Capture, *args: str) -> tuple[int, dict[str, Any]]:
    """Exit code and document, which follows its schema."""
    capsys.readouterr()
    code = main(["verify", "--format", "json", *args])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json_schema())
    return code, document


def told(document: dict[str, Any], *kinds: str) -> list[str]:
    """The sentences of all changes of some kinds, of any where none is named."""
    found = [c for m in document["models"] for c in m["changes"]]
    return [c["told"] for c in found if not kinds or c["kind"] in kinds]


def test_unchanged(hub: LoopbackHub, capsys: Capture) -> None:
    """Nothing moved: 0, and no change at all."""
    add_zephyr(hub)
    add_free(hub)
    lock(MODEL, FREE, "--mau", "5M")
    code, document = verify(capsys)
    assert (code, document["outcome"], told(document)) == (0, "unchanged", [])


def test_a_number_changes(hub: LoopbackHub, capsys: Capture) -> None:
    """600M users: 700M is cleared, 500M is not. The changed term is named, and the verdict changes."""
    add_zephyr(hub)
    lock(MODEL, "--mau", "600M", "--mau-at", "2025-03=600M")
    add_zephyr(hub, ZEPHYR.replace("700 million", "500 million"))
    code, document = verify(capsys)
    assert (code, document["outcome"]) == (1, "verdict")
    (change,) = [c for c in document["models"][0]["changes"] if c["kind"] == "term"]
    assert change["term"] == "monthly active users: 700,000,000 became 500,000,000, section 2"
    assert change["told"] == f"the licence of {MODEL} changed: {change['term']}"
    (model,) = document["models"]
    assert (model["then"], model["now"]) == ("review", "denied")
    kinds = [c["kind"] for c in model["changes"]]
    assert kinds == sorted(kinds, key=["term", "doubt", "text", "commit"].index)
    assert kinds[-2:] == ["text", "commit"]


def test_a_number_changes_and_the_verdict_does_not(hub: LoopbackHub, capsys: Capture) -> None:
    """5M users are below both: the term is told, and 0 is the answer."""
    add_zephyr(hub)
    lock(MODEL, "--mau", "5M")
    add_zephyr(hub, ZEPHYR.replace("700 million", "500 million"))
    code, document = verify(capsys)
    assert (code, document["outcome"]) == (0, "changed")
    assert any("700,000,000 became 500,000,000" in t for t in told(document, "term"))


def test_commercial_use_is_forbidden(hub: LoopbackHub, capsys: Capture) -> None:
    """MIT becomes a text that bars commercial use: told in words, 1."""
    add_free(hub)
    lock(FREE)
    add_free(hub, MIT_BARRED)
    code, document = verify(capsys)
    assert code == 1
    assert any(
        t.startswith(f"the licence of {FREE} changed: it now forbids commercial use")
        for t in told(document, "term")
    )
    assert document["models"][0]["findings"][0]["rule"] == "WL703"
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("CHANGED: the verdict on 1 of 1 model")
    assert f"{FREE}: allowed -> denied" in out or f"{FREE}: conditional -> denied" in out


def test_only_bytes(hub: LoopbackHub, capsys: Capture) -> None:
    """Another copyright line and a new commit: the same licence, so 0, and both are shown."""
    add_free(hub)
    lock(FREE)
    add_free(hub, MIT.replace("2026 Someone", "2027 Someone Else"))
    code, document = verify(capsys)
    assert (code, document["outcome"]) == (0, "bytes")
    assert {c["kind"] for c in document["models"][0]["changes"]} == {"text", "commit"}
    capsys.readouterr()
    main(["verify"])
    out = capsys.readouterr().out
    assert "SAME TERMS" in out
    assert "LICENSE changed: SHA-256" in out
    assert "commit of" in out


def test_another_license(hub: LoopbackHub, capsys: Capture) -> None:
    """The card and the text now say Apache: the licence is named before its terms."""
    add_free(hub)
    lock(FREE)
    hub.add(FREE, card="---\nlicense: apache-2.0\npipeline_tag: text-generation\n---\n# Breeze\n")
    code, document = verify(capsys)
    assert code == 0
    assert any("MIT License became Apache License 2.0" in t for t in told(document, "license"))
    assert told(document, "declared") == [f"{FREE} declared mit, now apache-2.0"]
    assert told(document, "text") == ["LICENSE is gone"]


@needs_shared
def test_a_number_in_a_known_license(hub: LoopbackHub, capsys: Capture) -> None:
    """Llama 3.1's real text with one number changed: that one term is told, and no other."""
    text = (SHARED / "corpus" / "texts" / "llama-3.1.txt").read_text(encoding="utf-8")
    card = "---\nlicense: llama3.1\npipeline_tag: text-generation\n---\n# Llama\n"
    hub.add("someone/llama", card=card, files={"LICENSE": text})
    lock("someone/llama", "--mau", "600M")
    assert "license: LicenseRef-weightlaw-llama-3.1\n" in LOCK.read_text(encoding="utf-8")
    hub.add(
        "someone/llama", card=card, files={"LICENSE": text.replace("700 million", "500 million")}
    )
    code, document = verify(capsys)
    assert code == 1
    assert [c["term"] for c in document["models"][0]["changes"] if c["kind"] == "term"] == [
        "monthly active users: 700,000,000 became 500,000,000, section 2"
    ]


@pytest.mark.parametrize("gated", ["manual", "auto"])
def test_gated_since(hub: LoopbackHub, capsys: Capture, gated: str) -> None:
    """A gate that closed is told as one."""
    add_free(hub)
    lock(FREE)
    hub.add(FREE, card="---\nlicense: mit\n---\n", files={"LICENSE": MIT}, gated=gated)
    _, document = verify(capsys)
    assert told(document, "gated") == [f"access to {FREE} (gated): no became {gated}"]


def test_renamed_since(hub: LoopbackHub, capsys: Capture) -> None:
    """The Hub redirects: the model goes by another name, and stands under the same terms."""
    add_free(hub)
    lock(FREE)
    card = "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Breeze\n"
    hub.add("other/breeze", card=card, files={"LICENSE": MIT})
    hub.rename(FREE, "other/breeze")
    code, document = verify(capsys)
    assert (code, document["outcome"]) == (0, "changed")
    assert told(document, "renamed") == [f"{FREE} is now called other/breeze"]


def test_removed_since(hub: LoopbackHub, capsys: Capture) -> None:
    """A model that is gone can only be reviewed; the other is verified all the same."""
    add_free(hub)
    add_zephyr(hub)
    lock(FREE, MODEL, "--mau", "5M")
    del hub._models[FREE]
    code, document = verify(capsys)
    assert code == 1
    by_id = {m["model"]: m for m in document["models"]}
    assert by_id[FREE]["now"] == "review"
    assert f"{FREE} can no longer be had from the Hub" in told(document, "removed")[0]
    assert by_id[MODEL]["status"] == "unchanged"


def derived(hub: LoopbackHub, *bases: str) -> None:
    """A fine-tune under MIT, said to be made from some bases."""
    listed = "".join(f"- {b}\n" for b in bases)
    card = f"---\nlicense: mit\nbase_model:\n{listed}---\n" if bases else "---\nlicense: mit\n---\n"
    hub.add("someone/tuned", card=card, files={"LICENSE": MIT}, base_models=bases or None)


def test_bases_added_and_removed(hub: LoopbackHub, capsys: Capture) -> None:
    """A base that is named since binds since; one that is no longer named is told too."""
    add_zephyr(hub)
    add_free(hub)
    derived(hub, FREE)
    lock("someone/tuned", "--mau", "5M")
    derived(hub, MODEL)
    code, document = verify(capsys)
    assert code == 1
    assert f"someone/tuned is now said to be made from {MODEL} (finetune)" in told(document, "base")
    assert f"someone/tuned is no longer said to be made from {FREE}" in told(document, "base")
    assert any("is now also bound by" in t for t in told(document, "license"))


def test_a_base_changes(hub: LoopbackHub, capsys: Capture) -> None:
    """The base's text is another: the change is told of the base, with its file and commit."""
    add_zephyr(hub)
    derived(hub, MODEL)
    lock("someone/tuned", "--mau", "5M")
    add_zephyr(hub, ZEPHYR.replace("700 million", "500 million"))
    _, document = verify(capsys)
    assert f"the licence of {MODEL} changed: monthly active users: 700,000,000 became" in "".join(
        told(document, "term")
    )
    assert any(t.startswith(f"LICENSE of the base {MODEL} changed") for t in told(document, "text"))
    assert any(t.startswith(f"commit of the base {MODEL}") for t in told(document, "commit"))


CUTS: dict[str, Callable[[LoopbackHub], None]] = {
    "all": lambda hub: hub.fail(drop=True),
    "answers": lambda hub: hub.fail("/api/models/someone/zephyr", status=503),
    "limit": lambda hub: hub.limit_rate("/api/models/someone/zephyr"),
    "texts": lambda hub: hub.fail("zephyr-7b/resolve/.*/LICENSE", drop=True),
    "half a text": lambda hub: hub.fail("zephyr-7b/resolve/.*/LICENSE", status=0, truncate=True),
    "error on a text": lambda hub: hub.fail("zephyr-7b/resolve/.*/LICENSE", status=500),
}


@pytest.mark.parametrize("cut", CUTS)
def test_network_cut(hub: LoopbackHub, capsys: Capture, cut: str) -> None:
    """What could not be asked is said to be so, never that it changed; the lock on disk is untouched."""
    add_free(hub)
    add_zephyr(hub)
    lock(FREE, MODEL, "--mau", "5M")
    before = LOCK.read_bytes()
    add_zephyr(hub, ZEPHYR + "\n3. More.\n")  # a new commit: nothing of it is in the client's cache
    CUTS[cut](hub)
    code, document = verify(capsys)
    assert (code, document["outcome"]) == (3, "unverified")
    by_id = {m["model"]: m for m in document["models"]}
    assert (by_id[MODEL]["status"], by_id[MODEL]["now"]) == ("unverified", None)
    assert by_id[MODEL]["why"]
    assert told(document) == []
    assert by_id[FREE]["status"] == ("unverified" if cut == "all" else "unchanged")
    assert LOCK.read_bytes() == before
    assert main(["check", "--locked"]) in (0, 4)


@pytest.mark.parametrize("cut", CUTS)
def test_network_cut_while_locking(hub: LoopbackHub, capsys: Capture, cut: str) -> None:
    """A lock is whole or is not written: the old one stays, byte for byte, and nothing lies beside it."""
    add_free(hub)
    add_zephyr(hub)
    lock(FREE, MODEL, "--mau", "5M")
    before = LOCK.read_bytes()
    capsys.readouterr()
    add_zephyr(hub, ZEPHYR + "\n3. More.\n")  # a new commit: nothing of it is in the client's cache
    CUTS[cut](hub)
    assert main(["lock", FREE, MODEL, "--mau", "6M"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "weightlaw.lock stays as it was" in err
    assert MODEL in err
    assert LOCK.read_bytes() == before
    assert [p.name for p in Path().iterdir()] == ["weightlaw.lock"]


def test_base_cut(hub: LoopbackHub, capsys: Capture) -> None:
    """A base that could not be asked leaves its derivative unverified."""
    add_zephyr(hub)
    derived(hub, MODEL)
    lock("someone/tuned", "--mau", "5M")
    hub.fail("/api/models/someone/zephyr", status=503)
    code, document = verify(capsys)
    assert (code, told(document)) == (3, [])
    assert document["models"][0]["why"].startswith(f"its base {MODEL}")


def test_offline(hub: LoopbackHub, capsys: Capture) -> None:
    """`--offline` asks nobody: what came from the Hub stays unverified."""
    add_free(hub)
    lock(FREE)
    hub.requests.clear()
    code, document = verify(capsys, "--offline")
    assert code == 3
    assert "not asked (offline)" in document["models"][0]["why"]
    assert hub.requests == []


def test_pinned_revision(hub: LoopbackHub, capsys: Capture) -> None:
    """A reference with a commit is verified at that commit: the branch may move."""
    sha = add_free(hub)
    lock(f"{FREE}@{sha}")
    add_free(hub, MIT_BARRED)
    code, document = verify(capsys)
    assert (code, document["outcome"]) == (0, "unchanged")


def test_policy_changed(hub: LoopbackHub, capsys: Capture) -> None:
    """No source moved, the house did: told with that cause, and 1, for the verdict is another."""
    add_free(hub)
    Path("weightlaw.yaml").write_text("osi_required: true\n")
    lock(FREE)
    Path("weightlaw.yaml").write_text("licenses: {deny: [MIT]}\n")
    code, document = verify(capsys)
    assert code == 1
    assert [c["cause"] for c in document["models"][0]["changes"]] == ["policy"]
    assert any("the policy changed" in n for n in document["notes"])
    Path("weightlaw.yaml").unlink()
    assert main(["verify"]) == 2
    assert main(["verify", "--no-policy"]) == 0


def test_hub_state_in_the_lock(hub: LoopbackHub) -> None:
    """What a lock must hold stands in it as plain lines."""
    sha = add_zephyr(hub)
    derived(hub, MODEL)
    lock("someone/tuned", MODEL, "--mau", "5M")
    text = LOCK.read_text(encoding="utf-8")
    for line in (
        "lock: 1",
        'date: "2026-11-24"',
        "  mau: 5000000",
        "- reference: someone/tuned",
        f'  revision: "{sha}"' if sha[0].isdigit() else f"  revision: {sha}",
        "  source: hub",
        "  - path: LICENSE",
        "    of: someone/zephyr-7b",
        "        value: 700000000",
        "  verdict: review",
    ):
        assert f"\n{line}\n" in text, line
    assert "Zephyr Labs may grant" not in text  # the texts themselves are not kept
