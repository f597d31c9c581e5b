"""A real headless Chromium for tests, spoken to over its pipe: no port, no library, and every request is seen."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)
PATIENCE = 30.0
KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Escape": 27, " ": 32, "Tab": 9, "Enter": 13}


class Browser:
    """One process. Commands go out on descriptor 3 and answers come on 4, each ended by a zero byte."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        command = f"exec {CHROMIUM} {' '.join(FLAGS)} --user-data-dir={profile} about:blank 3<&{theirs_in} 4>&{theirs_out}"
        self._process = subprocess.Popen(
            ["bash", "-c", command],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def send(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """A command's result. Raises AssertionError with the browser's word."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        data = json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        end = time.monotonic() + PATIENCE
        while (got := self.receive(end - time.monotonic())) is not None:
            if got.get("id") == self._number:
                assert "error" not in got, (method, got["error"])
                result: dict[str, Any] = got["result"]
                return result
        raise AssertionError(f"no answer to {method}")

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """The next message; events are kept. None: none came in time."""
        end = time.monotonic() + seconds
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            part = os.read(self._in, 1 << 16) if ready else b""
            if not part:
                return None
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message

    def page(self, width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
        """A new tab of its own context."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)
        session = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)[
            "sessionId"
        ]
        return Page(self, session, target["targetId"], width, height, scheme)

    def close(self) -> None:
        """End the process and wait for it."""
        with contextlib.suppress(AssertionError, OSError):
            self.send("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
        os.close(self._in)
        os.close(self._out)


class Page:
    """One tab, with all that it asked for over the network."""

    def __init__(
        self, browser: Browser, session: str, target: str, width: int, height: int, scheme: str
    ) -> None:
        self._browser = browser
        self._session = session
        self._target = target
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.do(f"{domain}.enable")
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        self.do(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        """A command to this tab."""
        return self._browser.send(method, self._session, **params)

    def open(self, address: str) -> None:
        """Go there and wait until it is loaded."""
        self.do("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def reload(self) -> None:
        """As a person's reload."""
        self.value("window.stale = true")
        self.do("Page.reload")
        self.until("!window.stale && document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        """Of a JavaScript expression; promises are awaited."""
        got = self.do(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def until(self, expression: str, seconds: float = PATIENCE) -> Any:
        """Wait for an expression to be true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(AssertionError):  # between two documents
                if found := self.value(f"Boolean({expression})"):
                    return found
            time.sleep(0.02)
        raise AssertionError(f"never true: {expression}")

    def key(self, key: str) -> None:
        """Press and release a key."""
        text = {"text": key} if len(key) == 1 else {}
        code = KEYS.get(key, ord(key.upper()) if len(key) == 1 else 0)
        common = {"key": key, "windowsVirtualKeyCode": code}
        self.do("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.do("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """As if pasted."""
        self.do("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """A PNG of what is in sight."""
        data = self.do("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def drain(self) -> None:
        """Take in what is on its way."""
        while self._browser.receive(0.2) is not None:
            pass

    def events(self, method: str) -> list[dict[str, Any]]:
        """What happened here so far."""
        mine = (e for e in self._browser.events if e.get("sessionId") == self._session)
        return [e["params"] for e in mine if e["method"] == method]

    def traffic(self) -> Iterator[str]:
        """Every request and answer of this tab: addresses, headers and bodies, as text."""
        self.drain()
        for event in self.events("Network.requestWillBeSent"):
            yield json.dumps(event["request"])
        for event in self.events("Network.responseReceived"):
            yield json.dumps(event["response"])
            with contextlib.suppress(AssertionError):  # of a page that was left, no body is kept
                yield self.do("Network.getResponseBody", requestId=event["requestId"])["body"]

    def addresses(self) -> list[str]:
        """All that was asked for."""
        self.drain()
        return [e["request"]["url"] for e in self.events("Network.requestWillBeSent")]

    def errors(self) -> list[str]:
        """What the console and the page's own rules complained of."""
        self.drain()
        thrown = [e["exceptionDetails"]["text"] for e in self.events("Runtime.exceptionThrown")]
        return thrown + [e["entry"]["text"] for e in self.events("Log.entryAdded")]

    def close(self) -> None:
        """Close the tab."""
        self._browser.send("Target.closeTarget", targetId=self._target)
