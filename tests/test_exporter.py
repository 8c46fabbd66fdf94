"""nbconvert gives the same page."""

import subprocess
import sys


def test_nbconvert_by_the_exporters_name_gives_the_page_of_the_run(made, tmp_path):
    run = made("lao-cai", "2024-Q1", "vi")
    command = [sys.executable, "-m", "nbconvert", "--to", "dx-report", "--output-dir", str(tmp_path)]
    done = subprocess.run([*command, str(run.folder / "notebook.ipynb")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "notebook.html").read_bytes() == run.page.read_bytes()
