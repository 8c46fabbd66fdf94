"""The law over all of reading: whatever file, layout and style a sender chooses, a figure comes back right, or told."""

import csv
import io
from decimal import Decimal
from xml.sax.saxutils import escape

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from dxlib.intake.child import book
from dxlib.intake.figures import Expects, read_figure
from dxlib.intake.headings import USUAL
from dxlib.intake.layout import records
from tests.intake.hostile import docx, ods
from tests.intake.test_figures import STYLES, grouped

MEASURES = {"percent": "%", "whole": "xã", "decimal": "tỷ đồng"}


@st.composite
def figures(draw) -> tuple[str, Decimal, str, object]:
    """A kind, a number that it can hold, and how the sender writes it: text, or a typed cell."""
    kind = draw(st.sampled_from(list(MEASURES)))
    places = 0 if kind == "whole" else draw(st.integers(0, 2))
    number = Decimal(draw(st.integers(0, 9_999 if kind == "percent" else 10**9))).scaleb(-places)
    style = draw(st.sampled_from([*STYLES, "typed", "percent", "share"]))
    if style == "typed":
        return kind, number, style, float(number)
    if style in ("percent", "share") and kind != "percent":
        style = "vi"
    if style == "percent":
        return kind, number, style, float(number / 100)
    if style == "share":
        return kind, number, style, f"{grouped(number, '.', ',')}%/80%"
    words = draw(st.sampled_from(["", "đạt ", "hơn ", "ước đạt "]))
    unit = (
        draw(st.sampled_from(["", "%", " %"]))
        if kind == "percent"
        else draw(st.sampled_from(["", f" {MEASURES[kind]}"]))
    )
    return kind, number, style, f"{words}{STYLES[style](number)}{unit}"


@st.composite
def tables(draw):
    """What a sender fills in, under headings of their choice, with title rows, sections and a footnote."""
    truth = draw(st.lists(figures(), min_size=1, max_size=6))
    fields = draw(st.permutations(["number", "name", "unit", "value", "note"]))
    head = [
        draw(st.sampled_from([text for text in USUAL[name] if name != "value" or "/" not in text])) for name in fields
    ]
    title = [[f"Biểu {n}"] for n in range(draw(st.integers(0, 3)))]
    rows = []
    for number, (kind, _, style, written) in enumerate(truth, 1):
        row = {
            "number": str(number),
            "name": f"Chỉ tiêu thứ {number}",
            "unit": MEASURES[kind],
            "value": written,
            "note": "",
        }
        rows.append(([row[name] for name in fields], style))
    heading = {"number": "I", "name": "Chính quyền số"}
    section = [[heading.get(name, "") for name in fields]] if draw(st.booleans()) else []
    foot = [["Ghi chú: số liệu đến ngày 14/6"]] if draw(st.booleans()) else []
    return truth, title, head, section, rows, foot


def as_xlsx(title, head, section, rows, foot) -> bytes:
    made = openpyxl.Workbook()
    for line in title:
        made.active.append(line)
    made.active.append(head)
    for line in section:
        made.active.append(line)
    for row, style in rows:
        made.active.append(row)
        for cell in made.active[made.active.max_row]:
            if style == "percent" and isinstance(cell.value, float):
                cell.number_format = "0.0%"
    for line in foot:
        made.active.append(line)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def as_text(value, style: str = "") -> str:
    """What a typed cell shows when it is printed."""
    if not isinstance(value, float):
        return value
    return f"{100 * value if style == 'percent' else value:.10g}{'%' * (style == 'percent')}".replace(".", ",")


def as_csv(title, head, section, rows, foot, delimiter=";") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(
        [*title, head, *section, *([as_text(value, style) for value in row] for row, style in rows), *foot]
    )
    return written.getvalue().encode()


def as_docx(title, head, section, rows, foot) -> bytes:
    def line(values):
        cells = "".join(f"<w:tc><w:p><w:r><w:t>{v.replace('<', '&lt;')}</w:t></w:r></w:p></w:tc>" for v in values)
        return f"<w:tr>{cells}</w:tr>"

    return docx(
        f"<w:tbl>{''.join(line(row) for row in [head, *section, *[[as_text(value, style) for value in row] for row, style in rows]])}</w:tbl>"
    )


def as_ods(title, head, section, rows, foot) -> bytes:
    def cell(value, style=""):
        if isinstance(value, float):
            kind = "percentage" if style == "percent" else "float"
            return f'<table:table-cell office:value-type="{kind}" office:value="{value!r}"/>'
        text = escape(value)
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    lines = [(line, "") for line in [*title, head, *section]] + rows + [(line, "") for line in foot]
    made = "".join(
        f"<table:table-row>{''.join(cell(value, style) for value in line)}</table:table-row>" for line, style in lines
    )
    return ods(f'<table:table table:name="S">{made}</table:table>')


WRITERS = {
    "a.xlsx": as_xlsx,
    "a.ods": as_ods,
    "a.csv": as_csv,
    "b.csv": lambda *parts: as_csv(*parts, delimiter=","),
    "c.csv": lambda *parts: as_csv(*parts, delimiter="\t").decode().encode("utf-16"),
    "a.docx": as_docx,
}


@settings(max_examples=200)
@given(table=tables(), name=st.sampled_from(list(WRITERS)))
def test_a_figure_comes_back_right_or_told(tmp_path_factory, table, name):
    truth, *parts = table
    path = tmp_path_factory.getbasetemp() / f"sender-{name}"
    path.write_bytes(WRITERS[name](*parts))
    found, findings = records(book(str(path)))
    assert not [one for one in findings if one.level == "error"]
    assert [record.cells["name"].text for record in found] == [f"Chỉ tiêu thứ {n + 1}" for n in range(len(truth))]
    for record, (kind, number, style, written) in zip(found, truth):
        figure = read_figure(record.cells["value"], Expects(kind, "value", (MEASURES[kind],)))
        if figure.wrong:
            assert figure.findings[0].rule == "two_readings", (written, figure)
        elif style == "share":
            assert (figure.value, figure.target) == (number, 80)
        else:
            assert figure.value == number, (written, figure)
            assert figure.qualifier == ("over" if str(written).startswith("hơn") else "")
            assert figure.status == ("E" if str(written).startswith("ước") else "")


@settings(max_examples=100)
@given(
    cells=st.lists(
        st.lists(st.sampled_from(["97,5", "1,234", "13", "a", "", "b c"]), min_size=3, max_size=3),
        min_size=3,
        max_size=8,
    )
)
def test_numbers_with_commas_between_commas_are_never_shifted_in_silence(tmp_path_factory, cells):
    """Typed by hand, without quotes: a row that got more cells than the table has is told, and gives no record."""
    path = tmp_path_factory.getbasetemp() / "typed.csv"
    lines = [["Chỉ tiêu", "Kế hoạch", "Thực hiện"], *[[f"Tên {n}", *row[1:]] for n, row in enumerate(cells)]]
    path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    read = book(str(path))
    found, findings = records(read)
    told = {one.ref for one in (*read.findings, *findings) if one.level == "error"}
    for record in found:
        line = ",".join(lines[record.row - 1])
        fits = line.count(",") == 2
        assert fits or f"A{record.row}" in told, line
