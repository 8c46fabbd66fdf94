"""A Chromium that is already on the machine: found, and run once without a window, a network or a profile of its user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dxlib.messages import DxError

NAMED = "DX_CHROMIUM"  # a browser's path, where the usual places do not hold the one that is wanted
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
SECONDS = 120
_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars",
)  # fmt: skip
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe", "Chromium/Application/chrome.exe")  # fmt: skip
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")


def find() -> str | None:
    """Where a Chromium is: the path that DX_CHROMIUM names, else the first on the path, else in a usual place."""
    if named := os.environ.get(NAMED):
        return named
    on_path = (path for name in NAMES if (path := shutil.which(name)))
    return next(on_path, None) or next((str(path) for path in _usual() if path.is_file()), None)


def _usual() -> list[Path]:
    """Where installers for Windows and macOS, which leave the path alone, put their browsers."""
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        return [Path(root, name) for name in _WINDOWS for root in roots if root]
    if sys.platform == "darwin":
        return [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC]
    return []


def flags() -> list[str]:
    """What a browser is started with: nothing of it asks the network by itself, and nothing is drawn by a graphics card."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    return [*_FLAGS, *(["--no-sandbox"] if root else [])]  # as root Chromium starts in no other way


def run(*arguments: str, seconds: float = SECONDS) -> None:
    """Run the browser once, headless and cut off from every host. Raises DxError where there is none, or it fails."""
    path = find()
    if path is None:
        raise DxError("no_browser")
    with tempfile.TemporaryDirectory(prefix="dx-browser-", ignore_cleanup_errors=True) as profile:
        told = Path(profile, "told.txt")
        cut_off = ["--headless", f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND"]
        try:
            with told.open("wb") as log:
                process = subprocess.Popen(
                    [path, *flags(), *cut_off, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
        except OSError as error:
            raise DxError("browser", path=path, cause=error.strerror or str(error)) from None
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise DxError("browser_too_long", path=path, seconds=f"{seconds:g}") from None
        finally:
            if process.poll() is None:
                from dxlib.kernels import end

                end(process.pid)
                process.wait()
        if code:
            lines = told.read_text(encoding="utf-8", errors="replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "")
            raise DxError("browser", path=path, cause=f"{last[:200] or '-'} ({code})")
