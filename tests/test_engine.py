"""A run counts only if everything in it went well; it ends, with all that it started, whatever it does."""

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dxlib import drawing, kernels
from dxlib.messages import DxError
from tests.conftest import ROOT

pytestmark = pytest.mark.notebook
TAGGED = new_code_cell('period: "quarter" = "2024-Q1"\nlanguage: "vi, en" = "vi"', metadata={"tags": ["parameters"]})


def notebook(folder: Path, *sources: str) -> Path:
    nb = new_notebook(cells=[TAGGED, *(new_code_cell(source) for source in sources)])
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, folder / "in.ipynb")
    return folder / "in.ipynb"


def execute(folder: Path, *sources: str, parameters: dict | None = None, **limits):
    return papermill.execute_notebook(
        str(notebook(folder, *sources)), str(folder / "out.ipynb"), parameters or {}, engine_name="dx", progress_bar=False, **limits
    )  # fmt: skip


def alive(marker: str) -> list[str]:
    """Command lines of processes that carry a marker."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if marker in line and process.info["status"] != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
            found.append(line)
    return found


def test_a_good_run_has_every_output_in_order(tmp_path):
    nb = execute(tmp_path, "print(period, language)", "1 + 1", parameters={"period": "2024-Q2"})
    assert [cell.outputs[0].get("text") or cell.outputs[0].data["text/plain"] for cell in nb.cells[2:]] == [
        "2024-Q2 vi\n",
        "2",
    ]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("import sys; sys.exit(0)", "Cell 2 did not complete (SystemExit 0)"),
        ("import sys; sys.exit()", "Cell 2 did not complete (SystemExit)"),
        ("exit()", "`exit()`: exit 0"),
        ("!false", "exit 1"),
        ("import threading; t = threading.Thread(target=lambda: 1 / 0, name='adder'); t.start(); t.join()", "adder: ZeroDivisionError"),
        ("import threading, time\nthreading.Thread(target=lambda: (time.sleep(1), 1 / 0), name='late').start()", "late: ZeroDivisionError"),
        ("import os; os._exit(0)", "died at cell 2"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died at cell 2"),
        ("import ctypes; ctypes.string_at(0)", "died at cell 2"),
    ],
    ids=["exit-0", "exit", "ipython-exit", "shell", "thread", "late-thread", "os-exit", "killed", "segfault"],
)  # fmt: skip
def test_a_swallowed_failure_is_a_failure(tmp_path, cell, sentence):
    with pytest.raises(DxError) as failed:
        execute(tmp_path, cell, "print('later cells')")
    assert sentence in str(failed.value) and "\n" not in str(failed.value)
    assert (tmp_path / "out.ipynb").is_file()


def test_an_error_in_a_cell_is_papermills_own(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="boom"):
        execute(tmp_path, "raise ValueError('boom')")


@pytest.mark.parametrize(
    "cell",
    [
        "import time; time.sleep(600)",
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)",
        "(1 << 40_000_000) ** 50 % 3",  # one call into C that holds the interpreter
    ],
    ids=["asleep", "deaf", "in-c"],
)
def test_a_cell_that_hangs_is_ended_in_time(tmp_path, cell):
    start = time.monotonic()
    with pytest.raises(DxError, match="Cell 2 took longer than 2 seconds"):
        execute(tmp_path, cell, cell_seconds=2)
    assert time.monotonic() - start < 30


def test_a_run_has_a_limit_of_its_own(tmp_path):
    with pytest.raises(DxError, match="The run took longer than 3 seconds"):
        execute(tmp_path, *["import time; time.sleep(1.2)"] * 6, run_seconds=3)


@pytest.mark.skipif(not kernels.FORKS, reason="no fork here")
def test_a_kernel_ends_with_all_its_children(tmp_path):
    marker = f"marker-{os.getpid()}-{time.time_ns()}"
    loop = f"import time; time.sleep(600) # {marker}"
    start = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {loop!r}], start_new_session=True)"
    inner = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {loop!r}], start_new_session=True)"
    orphan = f"subprocess.run([sys.executable, '-c', {inner!r}])"
    there = f"""import psutil, time
time.sleep(0.5)
lines = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
assert sum({marker!r} in line for line in lines) == 2, lines
time.sleep(600)"""
    with pytest.raises(DxError, match="took longer"):
        execute(tmp_path, start, orphan, there, cell_seconds=5)
    assert alive(marker) == []


@pytest.mark.skipif(not kernels.FORKS, reason="no fork here")
@pytest.mark.parametrize(
    "cell", ["import time; time.sleep(600)", "(1 << 40_000_000) ** 50 % 3"], ids=["asleep", "in-c"]
)
def test_a_kernel_ends_when_its_run_is_killed(tmp_path, cell):
    told = tmp_path / "pid"
    path = notebook(tmp_path, f"import os; open({str(told)!r}, 'w').write(str(os.getpid()))", cell)
    command = [sys.executable, "-m", "papermill", "--engine", "dx", str(path), str(tmp_path / "out.ipynb")]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    kernel = psutil.Process(int(told.read_text()))
    time.sleep(0.5)
    run.kill()
    run.wait()
    _, left = psutil.wait_procs([kernel], timeout=10)
    assert left == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"perid": "2024-Q1"}, "perid"), ({"period": 2024}, "2024"), ({"language": "fr"}, '"fr"'), ({"x=1;y": "1"}, "x=1;y")],
    ids=str,
)  # fmt: skip
def test_a_wrong_parameter_is_refused_before_a_kernel_starts(tmp_path, given, sentence):
    with pytest.raises(DxError) as refused:
        execute(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')", parameters=given)
    assert sentence in str(refused.value) and not (tmp_path / "ran").exists()


def test_papermill_finds_the_engine_by_its_name(tmp_path):
    path, out = notebook(tmp_path, "print('ran')"), tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--engine", "dx", str(path), str(out), "-p", "period", "2024-Q3"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert nbformat.read(out, as_version=4).cells[-1].outputs[0].text == "ran\n"


def test_a_run_sees_its_callers_folder_and_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DX_TEST_MARK", "seen")
    monkeypatch.chdir(tmp_path)
    nb = execute(tmp_path, "import os; print(os.getcwd(), os.environ['DX_TEST_MARK'])")
    assert nb.cells[-1].outputs[0].text == f"{tmp_path} seen\n"


@pytest.mark.parametrize("forks", [True, False], ids=["warm", "plain"])
def test_start_up_files_of_the_users_own_have_no_part_in_a_run(tmp_path, monkeypatch, forks):
    if not forks:
        monkeypatch.setattr(kernels, "FORKS", False)
    own = tmp_path / "ipython" / "profile_default" / "startup"
    own.mkdir(parents=True)
    (own / "own.py").write_text("import pandas; pandas.set_option('display.precision', 1); mine = 1")
    (own.parent / "ipython_config.py").write_text("get_config().InteractiveShellApp.exec_lines = ['more = 1']")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    nb = execute(tmp_path, "sorted({'mine', 'more'} & set(globals()))")
    assert nb.cells[-1].outputs[0].data["text/plain"] == "[]"


def test_charts_are_drawn_after_the_run_and_only_once(tmp_path, monkeypatch):
    monkeypatch.setenv(drawing.CACHE, str(tmp_path / "cache"))
    cell = "import altair as alt\nalt.renderers.enable('dx')\nalt.Chart(alt.Data(values=[{'a': 1}])).mark_bar().encode(x='a:Q')"
    first = execute(tmp_path, cell).cells[-1].outputs[0].data
    assert first[drawing.SVG].startswith("<svg") and drawing.SPEC in first
    drawn = list((tmp_path / "cache").glob("*.svg"))
    assert len(drawn) == 1
    monkeypatch.setattr(drawing, "svg", lambda spec: pytest.fail("drawn again"))
    assert execute(tmp_path, cell).cells[-1].outputs[0].data[drawing.SVG] == first[drawing.SVG]


def test_no_socket_folder_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    execute(tmp_path, "1")
    assert not list(tmp_path.glob("dx-*"))


def test_what_kernels_are_warmed_with_says_nothing_and_starts_no_thread():
    """A thread would not survive the fork; what is said would stand in the user's shell."""
    count = "import psutil, dxlib.preload; print(psutil.Process().num_threads())"
    done = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
