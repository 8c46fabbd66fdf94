"""`python -m tests.browser.install`: what the tests of the page need, where this machine may be given it.

Chromium comes from the system's package manager: Playwright drives one that is already there (see `dxlib.browser`) and
downloads none of its own. axe-core comes from npm, into the user's cache.
"""

import os
import shutil
import subprocess
import sys

from dxlib.browser import find
from tests.browser.tools import installed


def main() -> None:
    wanted = [] if find() else ["chromium", "fonts-noto-core"]
    if os.environ.get("CI") and not shutil.which("npm"):
        wanted.append("npm")
    if wanted and not _from_the_system(wanted):
        print(f"Not found, and this user may not install it: {', '.join(wanted)}. Tests that need it are left out.")
    if not installed("axe-core"):
        print("axe-core could not be had from npm: tests of the page's accessibility are left out.")


def _from_the_system(packages: list[str]) -> bool:
    """Install packages of a Debian; whether that was allowed."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    if not (root and shutil.which("apt-get")):
        return False
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, capture_output=True, text=True, env=quiet)
        if done.returncode:
            print(f"{' '.join(command)} failed: {done.stderr.strip()[-200:]}", file=sys.stderr)
            break
    return True


if __name__ == "__main__":
    main()
