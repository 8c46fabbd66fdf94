"""The page that lists all reports: what it shows is what stands, and what it was given is text."""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from dxlib import shelf, theme
from dxlib.messages import DxError, catalogue
from tests.conftest import ROOT

BANDS = [("met", "Hoàn thành, vượt", 7), ("over_70", "Trên 70%", 9), ("from_50", "50% - 70%", 6), ("under_50", "Dưới 50%", 2)]  # fmt: skip


def put(out: Path, period="2024-Q1", language="vi", package="lao-cai", notebook="quarterly_review", **others) -> Path:
    """A current report as small as a list needs it; the folder of its run."""
    slices = "".join(f".{key}={others[key]}" for key in ("area", "tag") if others.get(key))
    name = f"{notebook}.{language}{slices}"
    folder = out / package / period / f"{name}.20240403T000000Z-abcdef"
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        "package": package, "period": period, "language": language, "as_of": "2024-04-03", "area": "10", "tag": None,
        "place": "Tỉnh Lào Cai", "slice": "", "checksum": "7f3a0000", "illustrative": "", "state": "DỰ THẢO",
        "bands": [dict(zip(("band", "label", "count"), band)) for band in BANDS], "figures": [], **others,
    }  # fmt: skip
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    (folder / "page.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
    (folder.parent / f"{name}.json").write_text(json.dumps({"run": folder.name}), encoding="utf-8")
    return folder


def text(out: Path) -> str:
    return shelf.refresh(out).read_text(encoding="utf-8")


def test_the_newest_period_comes_first_and_vietnamese_before_english(tmp_path):
    for period in ("2023-Q4", "2024-Q2", "2024-Q1"):
        for language in ("en", "vi"):
            put(tmp_path, period, language)
    found = [(str(entry.period), entry.language) for entry in shelf.entries(tmp_path)]
    assert found == [(period, lang) for period in ("2024-Q2", "2024-Q1", "2023-Q4") for lang in ("vi", "en")]


def test_the_same_figures_in_two_languages_are_one_item_and_other_figures_another(tmp_path):
    put(tmp_path, language="vi")
    put(tmp_path, language="en")
    assert text(tmp_path).count("<li lang=") == 1
    put(tmp_path, language="en", checksum="00000000")
    assert text(tmp_path).count("<li lang=") == 2


def test_areas_themes_and_notebooks_are_items_of_their_own(tmp_path):
    put(tmp_path)
    put(tmp_path, area="10001", slice="Xã A")
    put(tmp_path, tag="de-an-06", slice="Đề án 06")
    put(tmp_path, notebook="owners")
    written = text(tmp_path)
    assert written.count("<li lang=") == 4
    assert "Xã A" in written and "Đề án 06" in written and "owners" in written


def test_every_link_leads_to_the_current_runs_page_and_to_its_paper_where_that_stands(tmp_path):
    folders = [put(tmp_path), put(tmp_path, area="10001", slice="Xã A")]
    (folders[1] / "page.pdf").write_bytes(b"%PDF-")
    links = set(re.findall(r'href="([^"]*)"', text(tmp_path)))
    wanted = {folder / "page.html" for folder in folders} | {folders[1] / "page.pdf"}
    assert {tmp_path / unquote(link) for link in links} == wanted


def test_bands_stand_with_their_numbers_and_as_wide_as_those(tmp_path):
    put(tmp_path)
    written = text(tmp_path)
    bar = written[written.index('class="bar"') :]
    bar = bar[: bar.index("</svg>")]
    assert re.findall(r'class="(\S+)" x="(\d+)" width="(\d+)"', bar) == [
        ("band-0", "0", "7"), ("band-1", "7", "9"), ("band-2", "16", "6"), ("band-3", "22", "2"),
    ]  # fmt: skip
    for _, name, count in BANDS:
        assert f"<b>{count}</b> <bdi>{name}</bdi>" in written


def test_shades_are_those_of_the_page_by_day_and_by_night():
    styles = Path(shelf.__file__).parent / "templates"
    shades = [re.findall(r"--(?:shade-\d|not-\w+): #\w+;", (styles / name).read_text(encoding="utf-8"))
              for name in ("shelf.css", "report/report.css")]  # fmt: skip
    assert shades[0] == shades[1] and len(shades[0]) == 12
    assert tuple(shade.split()[1].rstrip(";") for shade in shades[0][:4]) == theme.SHADES


def test_draft_and_made_up_data_are_said(tmp_path):
    put(tmp_path)
    assert "DỰ THẢO" in text(tmp_path) and "MINH HỌA" not in text(tmp_path)
    put(tmp_path, illustrative="SỐ LIỆU MINH HỌA - KHÔNG PHẢI SỐ LIỆU THẬT")
    assert "SỐ LIỆU MINH HỌA - KHÔNG PHẢI SỐ LIỆU THẬT" in text(tmp_path)


DAMAGE = {
    "no figures": lambda folder: (folder / "figures.json").unlink(),
    "no page": lambda folder: (folder / "page.html").unlink(),
    "half a figures.json": lambda folder: (folder / "figures.json").write_text('{"package": "lao'),
    "a list for figures": lambda folder: (folder / "figures.json").write_text("[]"),
    "deep nonsense": lambda folder: (folder / "figures.json").write_text("[" * 100_000),
    "no run": lambda folder: shutil.rmtree(folder),
    "bytes": lambda folder: (folder / "figures.json").write_bytes(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_report_is_left_out_and_the_others_stay(tmp_path, damage):
    put(tmp_path, place="Tỉnh Còn Nguyên", package="whole")
    damage(put(tmp_path, place="Tỉnh Hỏng"))
    assert [entry.place for entry in shelf.entries(tmp_path)] == ["Tỉnh Còn Nguyên"]


@pytest.mark.parametrize("wrong", [{"place": 3}, {"place": "\ud800"}, {"bands": "x"}, {"bands": [{"band": "met", "label": "x", "count": "9"}]},
                                   {"bands": [{"band": "met", "label": ["x"], "count": 9}]}, {"as_of": "soon"},
                                   {"language": "fr"}, {"bands": [{"band": "met", "label": "x", "count": -1}]}],
                         ids=str)  # fmt: skip
def test_figures_of_a_wrong_kind_are_damage(tmp_path, wrong):
    folder = put(tmp_path)
    path = folder / "figures.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **wrong}), encoding="utf-8")
    assert shelf.entries(tmp_path) == []


@pytest.mark.parametrize("run", ["../../../elsewhere", "/etc", "", "..", "a/b", 3, None, "C:\\x"])
def test_a_pointer_names_a_folder_beside_it_and_nothing_else(tmp_path, run):
    elsewhere = put(tmp_path.joinpath("elsewhere"))
    put(tmp_path)
    for pointer in tmp_path.glob("*/*/*.json"):
        pointer.write_text(json.dumps({"run": run}))
    shutil.copytree(elsewhere, tmp_path / "lao-cai" / "page", dirs_exist_ok=True)
    assert [entry for entry in shelf.entries(tmp_path)] == []


def test_a_report_made_before_the_list_was_is_in_it_with_what_it_has(tmp_path):
    path = put(tmp_path) / "figures.json"
    figures = json.loads(path.read_text(encoding="utf-8"))
    for name in ("place", "slice", "state", "bands"):
        figures.pop(name)
    path.write_text(json.dumps(figures), encoding="utf-8")
    assert ">lao-cai</bdi> · Quý I/2024" in text(tmp_path) and "DỰ THẢO" in text(tmp_path)


def test_the_same_reports_give_the_same_bytes(tmp_path):
    for out in (tmp_path / "one", tmp_path / "two"):
        for period in ("2024-Q1", "2023-Q4") if out.name == "one" else ("2023-Q4", "2024-Q1"):
            put(out, period)
    assert text(tmp_path / "one") == text(tmp_path / "two")


def test_the_script_is_the_one_that_the_pages_policy_names(tmp_path):
    put(tmp_path)
    written = text(tmp_path)
    script = re.search(r"<script>(.*?)</script>", written, re.DOTALL)[1]
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{hashed}'" in written
    assert written.count("<script") == 1


def test_without_reports_the_page_says_so(tmp_path):
    written = text(tmp_path / "reports")
    for language in ("vi", "en"):
        assert catalogue(language)["shelf"]["empty"] in written


def test_a_page_that_cannot_be_written_is_told_in_one_sentence_and_leaves_the_old_one(tmp_path):
    put(tmp_path)
    (tmp_path / "index.html").mkdir()
    with pytest.raises(DxError) as told:
        shelf.refresh(tmp_path)
    assert "index.html" in str(told.value) and "\n" not in str(told.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".locks", "index.html", "lao-cai"]


def test_a_real_report_is_listed_with_the_counts_of_its_page(made):
    run = made("lao-cai", "2024-Q1", "vi")
    out = run.folder.parent.parent.parent
    entry = next(entry for entry in shelf.entries(out) if entry.package == "lao-cai" and entry.language == "vi")
    assert [count for _, _, count in entry.bands] == [7, 9, 6, 2]
    assert entry.place == "Tỉnh Lào Cai" and out / entry.page == run.page and ROOT not in (out / entry.page).parents
