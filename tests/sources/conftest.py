"""Fixtures for the tests of sources, and a guard: no test asks anything beyond this machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.loopback import hub, hub_home

__all__ = ["hub", "hub_home"]

LOCAL = ("127.0.0.1", "::1", "localhost", "")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of other machines are unknown, and a connection to one fails the test."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        assert host in LOCAL, f"a test tried to connect to {address}"
        connect(self, address)

    def known(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in LOCAL:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", known)
