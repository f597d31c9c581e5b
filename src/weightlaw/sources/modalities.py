"""What goes into a model and comes out of it, by its task on the Hub and its configuration. No I/O.

Tasks: https://huggingface.co/tasks (2026-11). Model types: the mappings of image, audio and multimodal models in transformers'
`models/auto/modeling_auto.py` (commit 001002320f).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_TEXT = (
    "text-generation text2text-generation fill-mask text-classification token-classification "
    "zero-shot-classification summarization translation question-answering sentence-similarity "
    "text-ranking table-question-answering text-to-text"
)
_OF_TASK: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_TEXT.split(), ("text",)),
    "image-text-to-text": ("text", "image"),
    "image-text-to-image": ("text", "image"),
    "image-text-to-video": ("text", "image", "video"),
    "image-to-text": ("text", "image"),
    "visual-question-answering": ("text", "image"),
    "document-question-answering": ("text", "image"),
    "visual-document-retrieval": ("text", "image"),
    "zero-shot-image-classification": ("text", "image"),
    "zero-shot-object-detection": ("text", "image"),
    "text-to-image": ("text", "image"),
    "image-to-image": ("image",),
    "unconditional-image-generation": ("image",),
    "image-classification": ("image",),
    "image-segmentation": ("image",),
    "image-feature-extraction": ("image",),
    "object-detection": ("image",),
    "depth-estimation": ("image",),
    "mask-generation": ("image",),
    "keypoint-detection": ("image",),
    "text-to-video": ("text", "video"),
    "image-to-video": ("image", "video"),
    "video-to-video": ("video",),
    "video-text-to-text": ("text", "video"),
    "video-classification": ("video",),
    "automatic-speech-recognition": ("text", "audio"),
    "text-to-speech": ("text", "audio"),
    "text-to-audio": ("text", "audio"),
    "audio-text-to-text": ("text", "audio"),
    "audio-to-audio": ("audio",),
    "audio-classification": ("audio",),
    "voice-activity-detection": ("audio",),
    "text-to-3d": ("text", "3d"),
    "image-to-3d": ("image", "3d"),
    "time-series-forecasting": ("other",),
    "tabular-classification": ("other",),
    "tabular-regression": ("other",),
    "reinforcement-learning": ("other",),
    "robotics": ("other",),
    "graph-ml": ("other",),
}
# Cards of quantised copies often say `text-generation` of models that also see or hear: what the
# configuration names then counts as well.
_SEES = (
    "llama4 mllama gemma3 gemma4 mistral3 pixtral llava llava_next llava_onevision qwen2_vl qwen2_5_vl "
    "qwen3_vl qwen3_vl_moe qwen3_5 qwen3_5_moe internvl internvl_chat idefics idefics2 idefics3 smolvlm "
    "paligemma phi3_v minicpmv glm4v glm4v_moe kimi_vl aya_vision cohere2_vision deepseek_vl "
    "deepseek_vl_v2 molmo ovis blip-2 kosmos-2 fuyu chameleon emu3 janus florence2"
)
_OF_TYPE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_SEES.split(), ("text", "image")),
    "gemma3n": ("text", "image", "audio", "video"),
    "phi4mm": ("text", "image", "audio"),
    "phi4_multimodal": ("text", "image", "audio"),
    "qwen2_5_omni": ("text", "image", "audio", "video"),
    "qwen3_omni_moe": ("text", "image", "audio", "video"),
    "minicpmo": ("text", "image", "audio", "video"),
    "qwen2_audio": ("text", "audio"),
    "ultravox": ("text", "audio"),
    "whisper": ("text", "audio"),
}
_OF_PART = {"vision_config": "image", "audio_config": "audio", "video_config": "video"}
_ORDER = ("text", "image", "audio", "video", "3d", "other")


def modalities(
    pipeline_tag: str, tags: Iterable[str], config: Mapping[str, object]
) -> tuple[str, ...]:
    """What goes in and comes out, by the card's task and the configuration; empty when neither says."""
    tasks = [pipeline_tag] if pipeline_tag else [t for t in tags if t in _OF_TASK]
    found = {m for task in tasks for m in _OF_TASK.get(task, ())}
    found |= set(_OF_TYPE.get(str(config.get("model_type", "")).lower(), ()))
    found |= {modality for part, modality in _OF_PART.items() if config.get(part)}
    if any("ForConditionalGeneration" in a for a in _names(config)) and "vision_config" in config:
        found.add("text")
    return tuple(m for m in _ORDER if m in found)


def _names(config: Mapping[str, object]) -> list[str]:
    value = config.get("architectures")
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
