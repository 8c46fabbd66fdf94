"""Laws of a stranger's file: refused in under a second, in one sentence, by name; the parent process stays whole."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxlib.intake import container
from dxlib.intake.child import book
from dxlib.intake.opening import open_book
from dxlib.intake.sheets import Refused
from tests.intake import hostile
from tests.intake.hostile import CELL, SHEET, docx, ods, parts, xlsx

LINK = '<Relationship Id="rId9" Type="http://x/{}" Target="{}" TargetMode="External"/>'
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
WIDE = (
    "<table:table table:name='S'><table:table-row {}><table:table-cell {} office:value-type='float' office:value='1'/>"
)
END = "</table:table-row></table:table>"

# name of the file, its bytes (or what makes them), the rule that refuses it
HOSTILE = [
    ("bomb.xlsx", hostile.bomb, "zip_bomb"),
    ("lying.xlsx", hostile.lying_bomb, "damaged"),
    ("overlap.xlsx", hostile.overlapping, "zip_bomb"),
    ("bz2.xlsx", lambda: hostile.zipped({"[Content_Types].xml": "<Types/>", "a.xml": " " * 9_000_000}, 12), "damaged"),
    ("again.xlsx", hostile.one_part_many_sheets, "damaged"),
    ("many.xlsx", lambda: parts({f"x/{n}.xml": "" for n in range(6000)}), "zip_bomb"),
    ("dimension.xlsx", lambda: xlsx(SHEET.format('<dimension ref="A1:XFD1048576"/>' + CELL)), "huge_range"),
    (
        "corners.xlsx",
        lambda: xlsx(
            SHEET.format(
                '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
                '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            )
        ),
        "huge_range",
    ),
    ("wide.xlsx", lambda: xlsx(SHEET.format('<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>')), "huge_range"),
    ("cells.xlsx", lambda: xlsx(hostile.rows(600_000)), "huge_range"),
    ("idle.xlsx", lambda: xlsx(hostile.rows(1_300_000, "")), "huge_range"),
    ("rows.ods", lambda: ods(WIDE.format("table:number-rows-repeated='1048576'", "") + END), "huge_range"),
    ("columns.ods", lambda: ods(WIDE.format("", "table:number-columns-repeated='16384'") + END), "huge_range"),
    ("long.csv", lambda: b"a;b\n" * 200_000, "huge_range"),
    ("broad.csv", lambda: b";".join([b"x"] * 5000) + b"\n", "huge_range"),
    ("laughs.xlsx", lambda: xlsx(hostile.laughs()), "xml_entities"),
    ("laughs16.xlsx", lambda: xlsx(hostile.laughs("utf-16")), "xml_entities"),
    ("ebcdic.xlsx", lambda: xlsx(hostile.laughs("cp037")), "damaged"),
    ("outside.xlsx", lambda: xlsx(hostile.outside()), "xml_entities"),
    ("entities.docx", lambda: docx("").replace(b"", b"") and hostile.zipped({
        "[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "b">]><Types/>', "word/document.xml": "<x/>"}), "xml_entities"),
    ("external.xlsx", lambda: parts({"xl/externalLinks/externalLink1.xml": "<x/>"}), "external_link"),
    ("connection.xlsx", lambda: parts({"xl/connections.xml": "<x/>"}), "external_link"),
    ("image.xlsx", lambda: parts({"xl/worksheets/_rels/sheet1.xml.rels": RELS.format(LINK.format("image", "http://h/i.png"))}), "external_link"),
    ("template.docx", lambda: docx("<w:tbl/>", LINK.format("attachedTemplate", "http://h/t.dotm")), "external_link"),
    ("linked.ods", lambda: ods('<table:table table:name="S"><table:table-source xlink="x"/></table:table>'), "external_link"),
    ("file.ods", lambda: ods("<table:table table:name='S'><table:table-row><table:table-cell "
        "table:formula=\"of:=&apos;file:///etc/x.ods&apos;#$S.A1\"/></table:table-row></table:table>"), "external_link"),
    ("password.xlsx", lambda: hostile.OLE + "EncryptedPackage".encode("utf-16-le") + bytes(200), "password"),
    ("zip-password.xlsx", hostile.encrypted_zip, "password"),
    ("password.ods", lambda: ods("", "<manifest><encryption-data/></manifest>"), "password"),
    ("cut.xlsx", lambda: hostile.workbook()[:-200], "damaged"),
    ("cut2.xlsx", lambda: hostile.workbook()[:500], "damaged"),
    ("start.xlsx", lambda: b"PK\x03\x04", "damaged"),
    ("crc.xlsx", hostile.wrong_crc, "damaged"),
    ("xml.xlsx", lambda: xlsx("<worksheet><unclosed>"), "damaged"),
    ("nosheet.xlsx", lambda: hostile.zipped({"[Content_Types].xml": '<Types><x t="spreadsheetml.sheet.main"/></Types>'}), "damaged"),
    ("cut.xls", lambda: hostile.OLE + "Workbook".encode("utf-16-le"), "damaged"),
    ("zeros.xlsx", lambda: bytes(2000), "damaged"),
    ("empty.xlsx", lambda: b"", "empty_file"),
    ("empty.csv", lambda: b"", "empty_file"),
    ("blank.csv", lambda: b"\n\n;;\n", "empty_file"),
    ("../up.xlsx", lambda: parts({"../../etc/passwd": "x"}), "zip_names"),
    ("absolute.xlsx", lambda: parts({"/etc/passwd": "x"}), "zip_names"),
    ("windows.xlsx", lambda: parts({"C:\\x.xml": "x"}), "zip_names"),
    ("nested.xlsx", lambda: parts({"xl/inner.zip": hostile.zipped({"a": "b"})}), "zip_names"),
    ("nested2.xlsx", lambda: parts({"xl/a.zip/b.xlsx": b"x"}), "zip_names"),
    ("twice.xlsx", lambda: parts({"XL/workbook.xml": "x"}), "zip_names"),
    ("is-xlsx.csv", hostile.workbook, "wrong_extension"),
    ("is-xlsx.xls", hostile.workbook, "wrong_extension"),
    ("is-xlsx", hostile.workbook, "wrong_extension"),
    ("is-text.xlsx", lambda: "STT;Chỉ tiêu\n".encode(), "wrong_extension"),
    ("is-xlsm.xlsx", lambda: xlsx(main="sheet.macroEnabled.main+xml").replace(b"openxmlformats-officedocument.spreadsheetml.", b""), "wrong_extension"),
    ("is-docx.xlsx", lambda: docx("<w:tbl/>"), "wrong_extension"),
    ("report.pdf", lambda: b"%PDF-1.7\n", "kind_pdf"),
    ("pdf.xlsx", lambda: b"\n%PDF-1.4", "kind_pdf"),
    ("scan.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(50), "kind_image"),
    ("scan.png", lambda: b"\x89PNG\r\n\x1a\n", "kind_image"),
    ("scan.tif", lambda: b"II*\x00" + bytes(20), "kind_image"),
    ("book.xlsb", lambda: parts({"xl/workbook.bin": b"x"}), "kind_xlsb"),
    ("old.doc", lambda: hostile.OLE + "WordDocument".encode("utf-16-le") + bytes(64), "kind_doc"),
    ("old.rtf", lambda: b"{\\rtf1 x}", "kind_rtf"),
    ("web.xls", lambda: b"<html><table><tr><td>1</td></tr></table>", "kind_html"),
    ("2003.xml", lambda: b'<?xml version="1.0"?><Workbook/>', "kind_spreadsheet_xml"),
    ("files.zip", lambda: hostile.zipped({"a.xlsx": hostile.workbook()}), "kind_archive"),
    ("files.rar", lambda: b"Rar!\x1a\x07\x00", "kind_archive"),
    ("files.gz", hostile.quoted_gzip, "kind_archive"),
    ("form.xltx", lambda: xlsx(main="template.main+xml"), "kind_template"),
    ("run.exe", lambda: b"MZ\x90\x00\x03" + bytes(range(256)), "unknown"),
    ("bytes.csv", lambda: bytes(range(256)) * 10, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize("name, made, rule", HOSTILE, ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_is_refused_by_name_in_one_sentence_in_under_a_second(tmp_path, name, made, rule):
    path = tmp_path / name.rsplit("/", 1)[-1]
    path.write_bytes(made())
    open_book(_harmless(tmp_path))  # a child is ready, as it is when many files are read
    taken = []
    while not taken or (min(taken) >= 1 and len(taken) < 4):  # again where the machine was busy with something else
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            open_book(path)
        taken.append(time.monotonic() - began)
    assert min(taken) < 1
    assert refused.value.rule == rule
    for language in ("vi", "en"):
        sentence = refused.value.sentence(language)
        assert sentence.startswith(path.name) and "\n" not in sentence and sentence.endswith(".")
    assert open_book(_harmless(tmp_path)).kind == "csv"


def _harmless(folder):
    path = folder / "harmless.csv"
    path.write_text("STT;Chỉ tiêu\n1;a\n", encoding="utf-8")
    return path


def test_a_file_that_is_not_there_or_is_no_file_is_refused(tmp_path):
    for path in (tmp_path / "none.xlsx", tmp_path, tmp_path / "a\x00b.csv"):
        with pytest.raises(Refused) as refused:
            open_book(path)
        assert refused.value.rule == "not_a_file"


@pytest.mark.parametrize("limit, rule", [("MAX_FILE", "too_large")])
def test_a_file_over_the_limit_of_size_is_refused(monkeypatch, limit, rule):
    monkeypatch.setattr(container, limit, 100)
    with pytest.raises(Refused) as refused:
        container.look("a.csv", b"x" * 101)
    assert refused.value.rule == rule


def test_a_hyperlink_is_no_link_to_data(tmp_path):
    made = parts({"xl/worksheets/_rels/sheet1.xml.rels": RELS.format(LINK.format("hyperlink", "http://h/"))})
    path = tmp_path / "a.xlsx"
    path.write_bytes(made)
    assert book(str(path)).sheets[0].cell(1, 1).text == "x"


def test_a_csv_that_begins_with_BM_is_no_picture():
    assert container.look("a.csv", "BM01;Chỉ tiêu\n".encode()).kind == "csv"


def test_a_declared_dimension_is_never_believed(tmp_path):
    """Rows outside a false dimension are read (openpyxl's read-only mode loses them)."""
    made = SHEET.format('<dimension ref="A1"/><sheetData><row r="5"><c r="C5"><v>7</v></c></row></sheetData>')
    (tmp_path / "a.xlsx").write_bytes(xlsx(made))
    assert book(str(tmp_path / "a.xlsx")).sheets[0].cell(5, 3).text == "7"


FILES = Path(__file__).parent / "files"
SEEDS = [
    ("xlsx", hostile.workbook()),
    ("xlsx", xlsx()),
    ("ods", ods(WIDE.format("", "") + END)),
    ("docx", docx("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>")),
    ("xls", (FILES / "sample.xls").read_bytes()),
    ("ods", (FILES / "sample.ods").read_bytes()),
]


@settings(max_examples=200)
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.none() | st.floats(0, 1),
)
def test_a_file_with_bytes_changed_is_read_or_refused_and_nothing_else(tmp_path_factory, seed, changes, cut):
    kind, data = seed
    broken = bytearray(data)
    for where, byte in changes:
        broken[int(where * len(broken))] = byte
    broken = broken[: int(cut * len(broken))] if cut is not None else broken
    path = tmp_path_factory.getbasetemp() / f"broken.{kind}"
    path.write_bytes(bytes(broken))
    try:
        book(str(path))
    except Refused as refused:
        assert refused.sentence("vi")


@given(
    data=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.ods", "a.docx", "a.json", "a"])
)
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path_factory, data, name):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    try:
        book(str(path))
    except Refused as refused:
        assert refused.sentence("en")
