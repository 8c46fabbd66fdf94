"""Many reports: what is asked for, what is left alone, what fails, what is cut off."""

import ctypes
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil
import pytest

from dxlib import grid, manifest, publish
from dxlib.messages import DxError
from tests.conftest import ROOT

SMALL = """period: "quarter" = "2024-Q1"
data: "folder" = "data/lao-cai"
language: "vi, en" = "vi"
as_of: "date, empty" = ""
area: "code, empty" = ""
tag: "code, empty" = "" """


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A project whose one notebook is quick: figures, and a header for a page."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    folder = tmp_path_factory.mktemp("notebooks")
    cells = [
        new_code_cell(SMALL, metadata={"tags": ["parameters"]}),
        new_code_cell("import dxlib as dx\nreview, language = dx.notebook.start(globals())"),
        new_code_cell("dx.wording.header(review, language)", metadata={"tags": ["sheet-1"]}),
        new_code_cell("dx.notebook.Figures(review, language)", metadata={"tags": ["annex"]}),
    ]
    nb = new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, folder / "quick.ipynb")
    return folder


@pytest.fixture
def notebooks(small, monkeypatch):
    """The quick notebook, for this process and those it starts."""
    monkeypatch.setenv("DX_NOTEBOOKS", str(small))
    monkeypatch.setattr(publish, "NOTEBOOKS", small)


def grid_file(folder: Path, **given) -> Path:
    path = folder / "grid.yml"
    path.write_text(json.dumps({"data": ["data/lao-cai"], "periods": ["2024-Q1"], "notebooks": ["quick"], **given}))
    return path


def dx(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "dxlib.cli", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=env)


def outcomes(path: Path, out: Path, **options) -> dict[str, str]:
    return {str(done.target): done.state for done in grid.run(grid.targets(path, str(out)), **options)}


def pages(out: Path) -> dict[str, bytes]:
    """The outputs of every current run, by target: those files whose bytes must match between runs."""
    found = {}
    for pointer in sorted(out.glob("*/*/*.json")):
        run = pointer.parent / json.loads(pointer.read_text(encoding="utf-8"))["run"]
        for name in (manifest.PAGE, manifest.FIGURES, manifest.MANIFEST):
            found[f"{pointer.relative_to(out)}/{name}"] = (run / name).read_bytes()
    return found


def test_a_grid_is_the_product_of_its_lists(tmp_path, notebooks):
    path = grid_file(tmp_path, periods=["2024-Q1", "Quý I/2023"], languages=["vi", "en"])
    names = {str(item) for item in grid.targets(path)}
    assert names == {f"lao-cai/{p}/quick.{lang}" for p in ("2024-Q1", "2023-Q1") for lang in ("vi", "en")}


def test_all_periods_and_areas_are_those_with_figures(tmp_path, notebooks):
    demo = {"data": ["data/demo-province"]}
    periods = {item.parameters["period"] for item in grid.targets(grid_file(tmp_path, **demo, periods="all"))}
    assert len(periods) == 12
    both = [item.parameters for item in grid.targets(grid_file(tmp_path, **demo, periods=["2024-Q1"], areas="all"))]
    assert len({row["area"] for row in both}) == len(both) > 5


def test_no_two_targets_share_a_place(tmp_path, notebooks):
    path = grid_file(
        tmp_path, data=["data/demo-province"], areas=["", "99"], tags=["", "de-an-06"], languages=["vi", "en"]
    )
    every = grid.targets(path)
    assert len({item.pointer for item in every}) == len(every) == 8


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("data: [data/lao-cai", "YAML"),
        ("", "None"),
        ("data: [data/lao-cai]", "periods"),
        ("data: data/lao-cai\nperiods: all", "array"),
        ("data: [data/lao-cai]\nperiods: all\nlanguage: [vi]", "languages"),
        ("data: [data/lao-cai]\nperiods: [2024-Q7]", "2024-Q7"),
        ("data: [data/nowhere]\nperiods: all", "data/nowhere"),
        ("data: [data/lao-cai]\nperiods: [2024-Q1]\nlanguages: [fr]", '"fr"'),
        ("data: [data/lao-cai]\nperiods: [2024-Q1]\nnotebooks: [nothing]", "nothing"),
        ("data: !!python/object/apply:os.system ['true']\nperiods: all", "YAML"),
    ],
)
def test_a_wrong_grid_file_is_refused_in_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "grid.yml"
    path.write_text(text)
    with pytest.raises(DxError) as refused:
        grid.targets(path)
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.notebook
def test_what_is_up_to_date_is_left_alone_and_what_changed_is_made_again(tmp_path, notebooks):
    data = Path(shutil.copytree(ROOT / "data" / "lao-cai", tmp_path / "package"))
    path, out = grid_file(tmp_path, data=[str(data)], languages=["vi", "en"]), tmp_path / "reports"
    assert set(outcomes(path, out).values()) == {"made"}
    assert set(outcomes(path, out).values()) == {"up_to_date"}
    target = grid.targets(path, str(out))[0]
    target.current.page.write_text("changed by hand")
    assert sorted(outcomes(path, out).values()) == ["made", "up_to_date"]
    with (data / "datapackage.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert set(outcomes(path, out).values()) == {"made"}


@pytest.mark.notebook
def test_a_grid_goes_on_past_failures_and_ends_with_what_failed_and_why(tmp_path, notebooks, small):
    path = grid_file(tmp_path, periods=["2024-Q1", "2022-Q1", "2023-Q1"])
    done = dx("grid", str(path), "--out", str(tmp_path / "reports"), "--workers", "2", "--lang", "en")
    assert done.returncode == 1, done.stderr
    assert "Made: 2; up to date: 0; failed: 1." in done.stdout
    assert "lao-cai/2022-Q1/quick.vi" in done.stdout and "no figures for 2022-Q1" in done.stdout
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.notebook
def test_several_runs_of_one_target_wait_for_each_other(tmp_path, notebooks):
    path, out = grid_file(tmp_path), tmp_path / "reports"
    command = [sys.executable, "-m", "dxlib.cli", "grid", str(path), "--out", str(out), "--lang", "en"]
    runs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = sorted(run.communicate()[0] for run in runs)
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert told[0] == told[1] == "Made: 0; up to date: 1; failed: 0.\n" and told[2].startswith("Made: 1")


@pytest.mark.notebook
def test_several_reports_at_once_all_finish(tmp_path, notebooks):
    command = [sys.executable, "-m", "dxlib.cli", "report", "--notebook", "quick", "--out", str(tmp_path), "--lang"]
    runs = [
        subprocess.Popen([*command, language, period], cwd=ROOT, stdout=subprocess.DEVNULL)
        for language in ("vi", "en")
        for period in ("2024-Q1", "2023-Q1")
    ]
    assert [run.wait() for run in runs] == [0] * 4
    assert len(pages(tmp_path)) == 12


@pytest.mark.notebook
def test_workers_and_a_single_process_give_the_same_bytes(tmp_path, notebooks):
    path = grid_file(tmp_path, periods=["2024-Q1", "2023-Q1"], languages=["vi", "en"])
    assert set(outcomes(path, tmp_path / "one").values()) == set(outcomes(path, tmp_path / "two", workers=2).values())
    assert pages(tmp_path / "one") == pages(tmp_path / "two") != {}


def tree(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kind(process: psutil.Process) -> str:
    """What a process of a grid is: runner, worker, server (of kernels) or kernel."""
    try:
        line = " ".join(process.cmdline())
        if "dxlib.cli" in line:
            return "runner"
        if "forkserver import main" in line:
            return "kernel" if "forkserver import main" in " ".join(process.parent().cmdline()) else "server"
        return "worker" if "spawn_main" in line else "other"
    except (psutil.Error, AttributeError):
        return "gone"


@pytest.mark.notebook
@pytest.mark.skipif(sys.platform != "linux", reason="kills processes by what /proc tells of them")
def test_what_is_current_is_whole_whatever_is_killed_and_a_second_start_finishes(tmp_path, notebooks, full):
    random.seed(4)
    data = Path(shutil.copytree(ROOT / "data" / "lao-cai", tmp_path / "package"))
    path, out = grid_file(tmp_path, data=[str(data)], periods=["2024-Q1", "2023-Q1"]), tmp_path / "reports"
    before = None
    for moment in range(50 if full else 6):
        with (data / "datapackage.json").open("a", encoding="utf-8") as file:
            file.write("\n")  # so that everything has to be made again
        command = [sys.executable, "-m", "dxlib.cli", "grid", str(path), "--out", str(out), "--workers", "2"]
        run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wanted = ("runner", "worker", "kernel")[moment % 3]
        time.sleep(random.uniform(0.2, 4.0 if wanted == "runner" else 2.0))
        deadline, seen = time.monotonic() + 20, []
        while run.poll() is None and time.monotonic() < deadline:
            seen = [run.pid, *(process.pid for process in tree(run.pid))]
            victims = [
                psutil.Process(pid) for pid in seen if psutil.pid_exists(pid) and kind(psutil.Process(pid)) == wanted
            ]
            if victims:
                for victim in random.sample(victims, 1):
                    victim.kill()
                break
            time.sleep(0.02)
        if wanted == "runner":
            run.wait(timeout=30)
        else:
            assert run.wait(timeout=180) in (0, 1)
        deadline = time.monotonic() + 15
        while left := [pid for pid in seen if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]:
            assert time.monotonic() < deadline, [psutil.Process(pid).cmdline() for pid in left]
            time.sleep(0.1)
        for item in grid.targets(path, str(out)):
            if before is not None or item.current is not None:
                assert manifest.read(item.current.folder) is not None, f"{wanted} killed: {item} is not whole"
        assert set(outcomes(path, out).values()) <= {"made", "up_to_date"}
        before = pages(out)
    assert len(before) == 6
    assert not list((out / ".running").iterdir())


@pytest.mark.notebook
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_while_the_next_is_started_does_not_stop_the_grid(tmp_path, notebooks, monkeypatch, when):
    start, first = SpawnProcess.start, []

    def end_the_first() -> None:
        first[0].kill()
        first.append("killed")
        time.sleep(1)  # the pool notices, and ends the workers that it knows of

    def started(process) -> None:
        second = len(first) == 1
        if second and when == "before":
            end_the_first()
        start(process)
        if second and when == "after":
            end_the_first()
        first.append(process) if not first else None

    monkeypatch.setattr(SpawnProcess, "start", started)
    path = grid_file(tmp_path, periods=["2024-Q1", "2023-Q1"])
    assert set(outcomes(path, tmp_path / "reports", workers=2).values()) == {"made"}
    assert "killed" in first


@pytest.mark.notebook
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("size", [2_000, 50_000, 200_000])
def test_a_full_disk_leaves_the_last_report_current(tmp_path, notebooks, size):
    data = Path(shutil.copytree(ROOT / "data" / "lao-cai", tmp_path / "package"))
    target = publish.target("2024-Q1", data, notebook="quick", out=tmp_path / "reports")
    publish.report(target)
    before = pages(tmp_path / "reports")
    with (data / "datapackage.json").open("a", encoding="utf-8") as file:
        file.write("\n")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-m", "dxlib.cli", "report", "2024-Q1", "--data", str(data), "--notebook", "quick"]
    command += ["--out", str(tmp_path / "reports")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=limited)
    biggest = max(path.stat().st_size for path in (publish.report(target).folder).iterdir())
    if size < biggest:
        assert done.returncode == 2 and "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1, (
            done.stderr
        )
    assert set(pages(tmp_path / "reports")) == set(before)
    assert manifest.read(target.current.folder) is not None


@pytest.mark.notebook
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, notebooks):
    (tmp_path / "reports").write_text("a file")
    done = dx("grid", str(grid_file(tmp_path)), "--out", str(tmp_path / "reports" / "x"), "--lang", "en")
    assert done.returncode == 1 and "Cannot write to" in done.stdout and "Traceback" not in done.stderr


@pytest.mark.notebook
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_read_only_folder_is_one_sentence_and_what_stands_in_it_stays(tmp_path, notebooks):
    target = publish.target("2024-Q1", "data/lao-cai", notebook="quick", out=tmp_path)
    publish.report(target)
    before = pages(tmp_path)
    for folder in [tmp_path, *(path for path in tmp_path.rglob("*") if path.is_dir())]:
        folder.chmod(0o555)

    def without_roots_rights() -> None:
        if os.getuid() == 0:  # root may write anywhere, unless it gives up CAP_DAC_OVERRIDE (PR_CAPBSET_DROP)
            ctypes.CDLL(None).prctl(24, 1)

    command = [sys.executable, "-m", "dxlib.cli", "report", "2024-Q1", "--notebook", "quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=without_roots_rights)
    assert done.returncode == 2 and "Cannot write to" in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
    assert pages(tmp_path) == before


@pytest.mark.notebook
def test_ctrl_c_leaves_no_process_and_the_next_start_goes_on(tmp_path, notebooks):
    path = grid_file(tmp_path, data=["data/demo-province"], periods="all", languages=["vi", "en"])
    command = [
        sys.executable,
        "-m",
        "dxlib.cli",
        "grid",
        str(path),
        "--out",
        str(tmp_path / "r"),
        "--workers",
        "2",
        "--lang",
        "en",
    ]
    run = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "r").glob("*/*/*.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    started = tree(run.pid)
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 130 and "run the same command again" in errors and "Traceback" not in errors, errors
    assert psutil.wait_procs(started, timeout=15)[1] == []
    made = len(list((tmp_path / "r").glob("*/*/*.json")))
    assert 0 < made < 24


@pytest.mark.notebook
def test_a_dask_cluster_gives_the_same_bytes_also_when_a_worker_is_killed(tmp_path, notebooks):
    distributed = pytest.importorskip("distributed")
    path = grid_file(
        tmp_path, data=["data/demo-province", "data/lao-cai"], periods=["2024-Q1", "2023-Q1"], languages=["vi", "en"]
    )
    outcomes(path, tmp_path / "local")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        states = []
        for done in grid.run(grid.targets(path, str(tmp_path / "dask")), scheduler=cluster.scheduler_address):
            states.append(done.state)
            if len(states) == 2:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
    assert set(states) <= {"made", "up_to_date"} and len(states) == 8
    assert pages(tmp_path / "dask") == pages(tmp_path / "local") != {}


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path, notebooks):
    pytest.importorskip("distributed")
    done = dx("grid", str(grid_file(tmp_path)), "--scheduler", "tcp://127.0.0.1:9", "--lang", "en")
    assert done.returncode == 2 and "cannot be reached" in done.stderr and "Traceback" not in done.stderr
