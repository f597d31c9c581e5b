"""Ollama's names, and where its server and its folder are, as Ollama's own users set them."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping

from msgspec import Struct

from weightlaw.errors import UsageError
from weightlaw.references.parsing import printable

DEFAULT_HOST = "registry.ollama.ai"
LIBRARY = "library"
HUB_HOSTS = frozenset({"hf.co", "huggingface.co"})
_OLLAMA_HOSTS = frozenset({"ollama.com", "www.ollama.com", "ollama.ai", DEFAULT_HOST})
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,250}(?::[0-9]{1,5})?\Z")
_NAMESPACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}\Z")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}\Z")
_PREFIX = re.compile(r"(?:ollama:(?://)?|https?://)", re.IGNORECASE)
_SERVICE = "/usr/share/ollama/.ollama/models"
"""Where the Linux installer's system service keeps its models."""


class OllamaName(Struct, frozen=True, kw_only=True):
    """`[host/][namespace/]model[:tag]`, completed as Ollama completes it."""

    host: str = DEFAULT_HOST
    namespace: str = LIBRARY
    model: str
    tag: str = "latest"

    @property
    def local(self) -> str:
        """As `/api/tags` lists it."""
        path = f"{self.namespace}/{self.model}:{self.tag}"
        if self.host != DEFAULT_HOST:
            return f"{self.host}/{path}"
        return path.removeprefix(f"{LIBRARY}/")

    @property
    def short(self) -> str:
        """As people write it: without the tag `latest`."""
        return self.local.removesuffix(":latest")

    @property
    def id(self) -> str:
        """The reference that names it in reports."""
        return f"ollama:{self.short}"

    @property
    def hub_repo(self) -> str:
        """The Hub's repository behind `hf.co/org/repo`; empty for Ollama's own models."""
        return f"{self.namespace}/{self.model}" if self.host in HUB_HOSTS else ""


def parse_name(text: str) -> OllamaName:
    """`llama3.1:8b`, `user/model`, `hf.co/org/repo:Q4_K_M`, `ollama:...` or an address of ollama.com.

    Raises UsageError for what is no name of that form.
    """
    plain = _PREFIX.sub("", text.strip(), count=2)
    path, _, tag = plain.rpartition("/")[2].partition(":")
    parts = [p for p in plain.rpartition("/")[0].split("/") if p] + [path]
    host = parts.pop(0) if len(parts) > 1 and _is_host(parts) else DEFAULT_HOST
    host = DEFAULT_HOST if host.lower() in _OLLAMA_HOSTS else host
    namespace = parts.pop(0) if len(parts) > 1 else LIBRARY
    name = OllamaName(host=host, namespace=namespace, model=parts[0], tag=tag or "latest")
    sound = len(parts) == 1 and _HOST.match(host) and _NAMESPACE.match(namespace)
    if not sound or not _PART.match(name.model) or not _PART.match(name.tag) or ".." in plain:
        raise UsageError(
            f"{printable(text)} is no Ollama name: write ollama:llama3.1:8b, ollama:user/model:tag or "
            "hf.co/org/repo:Q4_K_M"
        )
    return name


def _is_host(parts: list[str]) -> bool:
    first = parts[0].lower()
    return len(parts) > 2 or first in _OLLAMA_HOSTS or first in HUB_HOSTS


def server_address(environ: Mapping[str, str] = os.environ) -> str:
    """The server's address by `OLLAMA_HOST`, read as Ollama's client reads it (envconfig.Host)."""
    stated = environ.get("OLLAMA_HOST", "").strip().strip("\"' ")
    scheme, found, rest = stated.partition("://")
    if not found:
        scheme, rest = "http", stated
    default = {"http": "80", "https": "443"}.get(scheme, "11434") if found else "11434"
    place, _, path = rest.partition("/")
    host, port = _host_and_port(place, default)
    path = f"/{path.strip('/')}" if path.strip("/") else ""
    return f"{scheme}://{host}:{port}{path}"


def _host_and_port(place: str, default: str) -> tuple[str, str]:
    """Host (an IPv6 address in brackets) and port; an unusable port gives the default, as in Ollama."""
    bare = place.strip("[]")
    if _is_ip(bare):
        host, port = bare, default
    else:
        host, _, port = place.rpartition(":") if ":" in place else (place, "", default)
        host = host.strip("[]")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        port = default
    # A server may listen on all addresses; a client cannot connect to "all".
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return (f"[{host}]" if ":" in host else host), port


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def model_folders(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Ollama's folder by `OLLAMA_MODELS`, else the user's, then the system service's."""
    stated = environ.get("OLLAMA_MODELS", "").strip().strip("\"' ")
    if stated:
        return (stated,)
    home = environ.get("HOME") or os.path.expanduser("~")
    return (os.path.join(home, ".ollama", "models"), _SERVICE)
