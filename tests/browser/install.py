"""`python -m tests.browser.install`: put Chromium on this machine where the system's package manager may.

Playwright drives a Chromium that is already there (DX_CHROMIUM, or one on the path); it downloads none of its own.
"""

import os
import shutil
import subprocess
import sys

from dxlib.browser import find

def main() -> None:
    if find():
        return
    root = getattr(os, "geteuid", lambda: 1)() == 0
    if not (root and shutil.which("apt-get")):
        print("No Chromium found, and this user may not install one: tests of the page in a browser will be skipped.")
        return
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-core"]):
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
        if done.returncode:
            print(f"{' '.join(command)} failed: {done.stderr.strip()[-200:]}", file=sys.stderr)
            return


if __name__ == "__main__":
    main()
