"""The items of the EU Model Documentation Form, in its order, and to whom each one goes.

The form stands in the Transparency chapter of the General-Purpose AI Code of Practice (10 July 2025). It ticks for each
item the AI Office (AIO), national competent authorities (NCAs) and downstream providers (DPs); some are asked twice,
coarser for one of them. Names of sections and items are the form's own. Ticks marked `form` were read from public
copies of the form; those marked `annex` follow Annexes XI (authorities) and XII (downstream providers) of Regulation
(EU) 2024/1689, which the form puts into practice.
"""

# No `from __future__ import annotations` here: msgspec would evaluate each annotation's text at start-up.
from typing import Literal

from msgspec import Struct

Recipient = Literal["AIO", "NCAs", "DPs"]
Basis = Literal["form", "annex"]
EVERYONE: tuple[Recipient, ...] = ("AIO", "NCAs", "DPs")
AUTHORITIES: tuple[Recipient, ...] = ("AIO", "NCAs")
OFFICE: tuple[Recipient, ...] = ("AIO",)
NATIONAL: tuple[Recipient, ...] = ("NCAs",)
DOWNSTREAM: tuple[Recipient, ...] = ("DPs",)


class Asked(Struct, frozen=True):
    """One item of the form."""

    name: str
    to: tuple[Recipient, ...]
    by: Basis = "annex"
    """Where `to` is from: the form's own ticks, or the annexes of the Act."""


SECTIONS: dict[str, tuple[Asked, ...]] = {
    "General information": (
        Asked("Legal name for the model provider", EVERYONE, "form"),
        Asked("Model name", EVERYONE, "form"),
        Asked("Model authenticity", AUTHORITIES, "form"),
        Asked("Release date", EVERYONE, "form"),
        Asked("Union market release date", EVERYONE),
        Asked("Model dependencies", EVERYONE),
    ),
    "Model properties": (
        Asked("Model architecture", EVERYONE),
        Asked("Design specifications of the model", AUTHORITIES),
        Asked("Input modalities, with the maximum input size", EVERYONE),
        Asked("Output modalities, with the maximum output size", EVERYONE),
        Asked("Total model size", AUTHORITIES),
        Asked("Total model size, as a range", DOWNSTREAM),
    ),
    "Methods of distribution and licenses": (
        Asked("Distribution channels", AUTHORITIES, "form"),
        Asked("Distribution channels, for downstream providers", DOWNSTREAM, "form"),
        Asked("License: link", EVERYONE),
        Asked("License: type or category", EVERYONE),
        Asked("License: additional assets", EVERYONE),
    ),
    "Use": (
        Asked("Acceptable use policy", EVERYONE),
        Asked("Intended uses, or restricted and prohibited ones", EVERYONE),
        Asked("Type and nature of AI systems for integration", EVERYONE),
        Asked("Technical means for model integration", EVERYONE),
        Asked("Required hardware", DOWNSTREAM),
        Asked("Required software", DOWNSTREAM),
    ),
    "Training process": (
        Asked("Design specifications of the training process", AUTHORITIES),
        Asked("Decision rationale", AUTHORITIES),
    ),
    "Information on the data used for training, testing, and validation": (
        Asked("Data type/modality", EVERYONE),
        Asked("Data provenance", EVERYONE),
        Asked("How data was obtained and selected", AUTHORITIES),
        Asked("Number of data points", NATIONAL, "form"),
        Asked("Number of data points, more precisely", OFFICE, "form"),
        Asked("Scope and main characteristics", AUTHORITIES),
        Asked("Data curation methodologies", EVERYONE),
        Asked("Measures to detect unsuitability of data sources", AUTHORITIES),
        Asked("Measures to detect identifiable biases", AUTHORITIES),
    ),
    "Computational resources (during training)": (
        Asked("Training time, as a range", NATIONAL, "form"),
        Asked("Training time", OFFICE, "form"),
        Asked("Amount of computation used for training, order of magnitude", NATIONAL, "form"),
        Asked("Amount of computation used for training", OFFICE, "form"),
        Asked("Measurement methodology", AUTHORITIES),
    ),
    "Energy consumption (during training and inference)": (
        Asked("Amount of energy used for training", AUTHORITIES, "form"),
        Asked("Measurement methodology of the energy", AUTHORITIES, "form"),
        Asked("Benchmarked amount of computation used for inference", AUTHORITIES, "form"),
        Asked("Measurement methodology of the benchmarked computation", AUTHORITIES, "form"),
    ),
}

_RANGES: tuple[tuple[float, str], ...] = (
    (5e8, "1 to 500M"),
    (5e9, "500M to 5B"),
    (15e9, "5B to 15B"),
    (50e9, "15B to 50B"),
    (100e9, "50B to 100B"),
    (500e9, "100B to 500B"),
    (1e12, "500B to 1T"),
)
_UNITS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


def size_range(parameters: str) -> str:
    """The form's range of a number of parameters as people write it (`70.55B`); empty where it says no number.

    An approximate figure (`~1T`) that stands at the edge of a range gets none.
    """
    text = parameters.strip().replace(",", "")
    about, text = text.startswith("~"), text.lstrip("~")
    unit = _UNITS.get(text[-1:].upper(), 1.0)
    try:
        count = float(text.rstrip("KMBTkmbt")) * unit
    except ValueError:
        return ""
    if count <= 0 or (about and any(abs(count - edge) < edge / 100 for edge, _ in _RANGES)):
        return ""
    return next((words for edge, words in _RANGES if count <= edge), "more than 1T")
