"""The formats' own validators and readers, apart from the code under test: a document is read back by its library."""

from __future__ import annotations

import io
import json
from collections.abc import Callable


def reread(form: str, text: str) -> set[str]:
    """The names of the models in a document, which must be valid and survive a round trip."""
    return _READERS[form](text)


def _spdx_2(text: str) -> set[str]:
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
    from spdx_tools.spdx.writer.json.json_writer import write_document_to_stream

    document = JsonLikeDictParser().parse(json.loads(text))  # type: ignore[no-untyped-call]
    assert [m.validation_message for m in validate_full_spdx_document(document)] == []
    again = io.StringIO()
    write_document_to_stream(document, again, validate=False)
    assert _sorted(json.loads(again.getvalue())) == _sorted(json.loads(text))
    return {package.name for package in document.packages}


def _spdx_3(text: str) -> set[str]:
    from spdx_python_model import v3_0_1 as spdx

    objects = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().read(io.BytesIO(text.encode()), objects)
    assert objects.link() == set()
    again = io.BytesIO()
    spdx.JSONLDSerializer().write(objects, again, force_at_graph=True)
    assert _sorted(json.loads(again.getvalue())) == _sorted(json.loads(text))
    return {str(p.name) for p in objects.foreach_type(spdx.ai_AIPackage)}


def _cyclonedx(version: str) -> Callable[[str], set[str]]:
    def read(text: str) -> set[str]:
        from cyclonedx.model.bom import Bom
        from cyclonedx.output import make_outputter
        from cyclonedx.schema import OutputFormat, SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator

        schema = SchemaVersion.from_version(version)
        assert JsonStrictValidator(schema).validate_str(text) is None
        data = json.loads(text)
        for component in data["components"]:
            component.pop("modelCard", None)  # the library does not know it
        bom = Bom.from_json(data)  # type: ignore[attr-defined]
        again = json.loads(make_outputter(bom, OutputFormat.JSON, schema).output_as_string())
        assert _sorted(again) == _sorted(data)
        return {"/".join(p for p in (c.group, c.name) if p) for c in bom.components}

    return read


def _sorted(value: object) -> object:
    """The same content whatever the order of keys and members."""
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return sorted(
            (_sorted(item) for item in value), key=lambda x: json.dumps(x, sort_keys=True)
        )
    return value


_READERS: dict[str, Callable[[str], set[str]]] = {
    "spdx-2.3": _spdx_2,
    "spdx-3.0": _spdx_3,
    "cyclonedx-1.6": _cyclonedx("1.6"),
    "cyclonedx-1.7": _cyclonedx("1.7"),
}
