"""What a model takes and gives, by task and configuration."""

from __future__ import annotations

import pytest

from weightlaw.sources.modalities import modalities


@pytest.mark.parametrize(
    ("task", "tags", "config", "expected"),
    [
        ("text-generation", [], {}, ("text",)),
        ("image-text-to-text", [], {}, ("text", "image")),
        ("", ["transformers", "image-text-to-text"], {}, ("text", "image")),
        ("text-generation", [], {"model_type": "llama4"}, ("text", "image")),
        ("text-generation", [], {"model_type": "llama4_text"}, ("text",)),
        ("text-generation", [], {"model_type": "x", "vision_config": {"a": 1}}, ("text", "image")),
        ("any-to-any", [], {"model_type": "gemma3n"}, ("text", "image", "audio", "video")),
        ("any-to-any", [], {}, ()),
        ("", [], {}, ()),
        ("feature-extraction", [], {}, ()),
        ("text-to-video", [], {}, ("text", "video")),
    ],
)
def test_modalities(
    task: str, tags: list[str], config: dict[str, object], expected: tuple[str, ...]
) -> None:
    """Unknown stays empty: it is not the same as text."""
    assert modalities(task, tags, config) == expected
