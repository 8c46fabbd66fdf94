"""The form that a sender fills in: one workbook with what they owe, typed cells, drop-downs, and hidden marks."""

from __future__ import annotations

import math
from io import BytesIO

import pandas as pd

from dxlib.dataset import Dataset
from dxlib.intake import owed
from dxlib.intake.formlooks import DEMAND, HEAD, INPUT, finish, letter, put, refuse, refuse_long, say
from dxlib.intake.formtable import (
    ABOUT,
    COLUMNS,
    DEMANDED,
    HEAD_ROWS,
    INDICATORS,
    LISTS,
    MARK,
    NAMES,
    VERSION,
    Column,
    lists,
)
from dxlib.intake.owed import Sender
from dxlib.messages import label
from dxlib.period import Period, format_date
from dxlib.printing import Printer

_CENTRED = ("number", "unit", "plan", "plan_to_date", "previous", "status", "qualifier", "demand")
_PERCENT_FROM, _PERCENT_TO = -10, 10  # what a percent cell holds: 97,5% is 0.975


def form(data: Dataset, period: Period, whom: Sender) -> bytes:
    """A sender's workbook for a period (xlsx): how to fill it in, indicators, tasks, decisions."""
    from openpyxl import Workbook

    book = Workbook()
    offered = lists(data.settings)
    ranges = _lists(book, offered)
    _about(book.active, data, period, whom)
    _indicators(book.create_sheet(say("sheet_indicators")), data, period, whom, ranges)
    for table in ("tasks", "decisions"):
        rows = owed.work(data, period, whom, table)
        if len(rows):
            _work(book.create_sheet(say(f"sheet_{table}")), table, rows, period, whom, ranges)
    book.move_sheet(LISTS, offset=len(book.sheetnames))
    _marks(book, data, period, whom)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def file_name(data: Dataset, period: Period, whom: Sender) -> str:
    """How a sender's form is called; on every system."""
    return f"{data.settings.name}.{period}.{whom.id}.xlsx"


def _marks(book, data: Dataset, period: Period, whom: Sender) -> None:
    """What the reader knows the form by; seen by nobody."""
    import datetime as dt

    from openpyxl.workbook.defined_name import DefinedName

    values = (VERSION, data.settings.name, str(period), whom.id, dt.date.today().isoformat())
    for name, value in zip(NAMES, values):
        book.defined_names[name] = DefinedName(name, attr_text=f'"{value}"', hidden=True)
    book.properties.title = say("title")
    book.properties.creator = data.settings.place["vi"]
    book.calculation.fullCalcOnLoad = True


def _lists(book, offered: dict[str, dict[str, str]]) -> dict[str, str]:
    """The hidden sheet of the drop-downs' words; where each list stands."""
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    ranges = {}
    for column, (name, words) in enumerate(offered.items(), 1):
        sheet.cell(1, column, name)
        for row, word in enumerate(words.values(), 2):
            sheet.cell(row, column, word)
        letter = sheet.cell(1, column).column_letter
        ranges[name] = f"'{LISTS}'!${letter}$2:${letter}${len(words) + 1}"
    sheet.protection.sheet = True
    return ranges


def _about(sheet, data: Dataset, period: Period, whom: Sender) -> None:
    """The first sheet: who, what, by when, how; and four cells about the sender's own document."""
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.title = say("sheet_about")
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width, sheet.column_dimensions["A"].hidden = 14, True
    sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = 34, 84
    put(sheet, 1, 1, f"{MARK}about")
    head = [say("title"), whom.name["vi"], say("period", period=period.label("vi", "heading_to_date"))]
    if whom.due_on:
        head.append(say("due", date=format_date(whom.due_on, "vi")))
    for row, text in enumerate(head, 2):
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
        put(sheet, row, 2, text, bold=row < 4, size=14 if row == 2 else 12)
    row = len(head) + 3
    put(sheet, row, 2, say("document_head"), bold=True)
    for name in ABOUT:
        row += 1
        put(sheet, row, 1, name)
        put(sheet, row, 2, say(f"about_{name}"), box=True)
        cell = put(sheet, row, 3, None, box=True, typed=True)
        cell.number_format = "dd/mm/yyyy" if name == "reported_on" else "@"
        if name == "reported_on":
            rule = DataValidation(type="date", operator="between", formula1="36526", formula2="73050", allow_blank=True)
            refuse(sheet, rule, say("refuse_date"), cell.coordinate)
    row += 2
    put(sheet, row, 2, say("steps_head"), bold=True)
    for step in range(1, 9):
        row += 1
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
        text = f"{step}. {say(f'step_{step}')}"
        put(sheet, row, 2, text, wrap=True)
        sheet.row_dimensions[row].height = 16.5 * math.ceil(len(text) / 112)
    sheet.row_dimensions[1].hidden = True
    finish(sheet, f"B2:C{row}", landscape=True)


def _indicators(sheet, data: Dataset, period: Period, whom: Sender, ranges: dict[str, str]) -> None:
    rows = owed.indicators(data, period, whom)
    at = _table(sheet, "indicators", period, whom, say("note_indicators"), _headings(period))
    printer = Printer(data.settings, "vi")
    numbered = {name: [] for name in ("percent", "count", "number", "rank", "ladder", "band", "cases", "estimate_percent", "estimate")}  # fmt: skip
    for n, row in enumerate(rows.itertuples(), 1):
        line = HEAD_ROWS + n
        percent = row.measure == "percent"
        scale = 100 if percent else 1
        shown = {
            "number": n,
            "indicator": row.indicator,
            "area": row.area,
            "name": row.name_vi,
            "unit": printer.unit(row.measure),
            "plan": printer.plan(row),
            "plan_to_date": printer.plan_to_date(_Blank(row)),
            "previous": _previous(printer, row),
            "how": _how(row, period),
        }
        for column in INDICATORS:
            put(
                sheet, line, at[column.field], shown.get(column.field), box=True, typed=column.typed, wrap=True,
                centre=column.field in _CENTRED,
            )  # fmt: skip
        name = lambda field: f"{letter(at[field])}{line}"  # noqa: E731
        places = max(int(row.decimals), 1 if percent else 0)
        numeric = ("0" if percent else "#,##0") + ("." + "0" * places if places else "") + ("%" if percent else "")
        kind = {"rank": "rank", "milestone": "ladder", "qualitative": "band"}.get(row.kind)
        whole = row.decimals == 0 and row.kind in ("year_to_date", "period_count")
        kind = kind or ("percent" if percent else "count" if whole else "number")
        numbered[kind].append(name("value"))
        if kind not in ("ladder", "band"):
            sheet[name("value")].number_format = sheet[name("estimate")].number_format = numeric
            numbered["estimate_percent" if percent else "estimate"].append(name("estimate"))
        for field in ("numerator", "denominator"):
            sheet[name(field)].number_format = "#,##0"
            numbered["cases"].append(name(field))
        sheet[name("committed")].number_format = "@"
        sheet[name("actual")] = _actual(row, name, ranges, scale)
        sheet[name("demand")] = _demand(row, name, scale)
        longest = max(math.ceil(len(row.name_vi) / 36), math.ceil(len(shown["how"]) / 25), 2)
        sheet.row_dimensions[line].height = 16 * longest
    last = HEAD_ROWS + len(rows)
    _validate(sheet, numbered, ranges, at, last)
    _light(sheet, at, last)
    finish(sheet, f"A2:{letter(at['note'])}{last}", freeze=f"{letter(at['unit'])}{HEAD_ROWS + 1}")


class _Blank:
    """A row of what is owed as the printer wants it: without a value yet."""

    value, stated_band, qualifier = math.nan, "", ""

    def __init__(self, row):
        self._row = row

    def __getattr__(self, name: str):
        return getattr(self._row, name)


def _previous(printer: Printer, row) -> str:
    blank = _Blank(row)
    if row.kind == "qualitative":
        return printer.band(row.previous_band) if row.previous_band else "-"
    return printer.value(blank, "previous")


def _how(row, period: Period) -> str:
    """How an indicator's value is written, by its kind."""
    year, quarter = period.label("vi", "to_date"), period.label("vi", "sentence")
    text = say(f"how_{row.kind}", to_date=year, quarter=quarter)
    return text if row.kind != "stock" or row.measure != "percent" else say("how_stock_percent")


def _actual(row, name, ranges: dict[str, str], scale: int) -> str:
    """The year to date that the typed cells give, as a formula; the year's earlier quarters stand in it."""
    value, over, under = name("value"), name("numerator"), name("denominator")
    alone = f'IF(ISNUMBER({value}),{value},"")'
    if row.kind == "qualitative":
        return '=""'
    if row.kind == "milestone":
        return f'=IF({value}="","",IFERROR(MATCH({value},{ranges["ladder"]},0)-1,""))'
    if row.kind == "period_count":
        return f'=IF(ISNUMBER({value}),{value}+{_literal(row.sum_value, scale)},"")'
    cases = f"AND(ISNUMBER({over}),ISNUMBER({under}))"
    if row.kind == "rate":
        over, under = f"({over}+{_literal(row.sum_numerator)})", f"({under}+{_literal(row.sum_denominator)})"
    return f'=IF({cases},IF({under}>0,{over}/{under},""),{alone})'


def _demand(row, name, scale: int) -> str:
    """The word that says why cause and remedy are asked for, as a formula; blank where they are not."""
    actual = f"ROUND({name('actual')},10)"
    plan, upper, compare = (_literal(value, scale, 10) for value in (row.plan_to_date, row.upper, row.compare))
    tolerance = _literal(0 if pd.isna(row.tolerance) else row.tolerance, scale)
    behind = {
        "at_least": f"{actual}<{plan}",
        "milestone": f"{actual}<{plan}",
        "at_most": f"{actual}>{plan}",
        "between": f"OR({actual}<{plan},{actual}>{upper})",
        "exactly": f"ABS({actual}-{plan})>{tolerance}",
    }.get(row.operator, "") if plan else ""
    fell = {"higher": "<", "lower": ">"}.get(row.direction, "")
    falling = f"{actual}{fell}{compare}" if fell and compare else ""
    rest = f'IF({falling},"{say("falling")}","")' if falling else '""'
    told = f'IF({behind},"{say("behind")}",{rest})' if behind else rest
    return f'=IF({name("actual")}="","",{told})'


def _literal(value: float, scale: int = 1, places: int = 15) -> str:
    """A number in a formula; "" for none."""
    return "" if pd.isna(value) else f"{round(value / scale, places):.15g}"


def _validate(sheet, numbered: dict[str, list[str]], ranges: dict[str, str], at: dict[str, int], last: int) -> None:
    """Each typed cell accepts what its column holds, and says in Vietnamese what that is."""
    from openpyxl.worksheet.datavalidation import DataValidation

    percent = {"type": "decimal", "operator": "between", "formula1": str(_PERCENT_FROM), "formula2": str(_PERCENT_TO)}
    number = {"type": "decimal", "operator": "between", "formula1": "-1E15", "formula2": "1E15"}
    whole = {"type": "whole", "operator": "between", "formula1": "0", "formula2": "1E15"}
    cases = {**number, "formula1": "0"}
    rules = {
        "percent": (percent, "refuse_percent"),
        "estimate_percent": (percent, "refuse_percent"),
        "number": (number, "refuse_number"),
        "estimate": (number, "refuse_number"),
        "count": (whole, "refuse_count"),
        "cases": (cases, "refuse_cases"),
        "rank": ({**whole, "formula1": "1"}, "refuse_rank"),
        "ladder": ({"type": "list", "formula1": ranges["ladder"]}, "refuse_list"),
        "band": ({"type": "list", "formula1": ranges["band"]}, "refuse_list"),
    }
    for name, cells in numbered.items():
        if cells:
            rule, told = rules[name]
            refuse(sheet, DataValidation(**rule, allow_blank=True), say(told), *cells)
    if last == HEAD_ROWS:
        return
    down = lambda field: f"{letter(at[field])}{HEAD_ROWS + 1}:{letter(at[field])}{last}"  # noqa: E731
    for field in ("status", "qualifier"):
        rule = DataValidation(type="list", formula1=ranges[field], allow_blank=True)
        refuse(sheet, rule, say("refuse_list"), down(field))
    refuse_long(sheet, *(down(field) for field in ("cause", "remedy", "committed", "proposal", "note")))


def _light(sheet, at: dict[str, int], last: int) -> None:
    """A demanded cell that is still blank is lit, and so is the word that demands it."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    if last == HEAD_ROWS:
        return
    fill, first, word = PatternFill(bgColor=DEMAND, fill_type="solid"), HEAD_ROWS + 1, letter(at["demand"])
    for field in DEMANDED:
        column = letter(at[field])
        rule = FormulaRule(formula=[f'AND(${word}{first}<>"",LEN(TRIM({column}{first}))=0)'], fill=fill)
        sheet.conditional_formatting.add(f"{column}{first}:{column}{last}", rule)
    rule = FormulaRule(formula=[f'${word}{first}<>""'], font=Font(bold=True, color="9C0006"))
    sheet.conditional_formatting.add(f"{word}{first}:{word}{last}", rule)


def _work(sheet, table: str, rows: pd.DataFrame, period: Period, whom: Sender, ranges: dict[str, str]) -> None:
    """A sheet of tasks or of decisions."""
    from openpyxl.worksheet.datavalidation import DataValidation

    heads = {"name": say(f"column_{table}")}
    at = _table(sheet, table, period, whom, say("note_work"), heads)
    known = label("vi", "form_state", "not_started")
    for n, row in enumerate(rows.itertuples(), 1):
        line, last = HEAD_ROWS + n, label("vi", "form_state", row.state)
        text = row.name_vi if table == "tasks" else row.text_vi
        shown = {
            "number": n,
            "id": row.task if table == "tasks" else row.decision,
            "name": text,
            "product": row.product if table == "tasks" else row.document,
            "deadline": row.deadline,
            "last": f"{last}: {row.result}" if row.result else last or known,
        }
        for column in COLUMNS[table]:
            put(sheet, line, at[column.field], shown.get(column.field), box=True, typed=column.typed, wrap=True)
        sheet.cell(line, at["done_on"]).number_format = "dd/mm/yyyy"
        longest = max(math.ceil(len(text) / 48), math.ceil(len(shown["last"]) / 28), 2)
        sheet.row_dimensions[line].height = 16 * longest
    end = HEAD_ROWS + len(rows)
    down = lambda field: f"{letter(at[field])}{HEAD_ROWS + 1}:{letter(at[field])}{end}"  # noqa: E731
    rule = DataValidation(type="list", formula1=ranges["state"], allow_blank=True)
    refuse(sheet, rule, say("refuse_list"), down("state"))
    rule = DataValidation(type="date", operator="between", formula1="36526", formula2="73050", allow_blank=True)
    refuse(sheet, rule, say("refuse_date"), down("done_on"))
    refuse_long(sheet, down("result"), down("cause"))
    finish(sheet, f"A2:{letter(at['cause'])}{end}", freeze=f"{letter(at['product'])}{HEAD_ROWS + 1}")


def _headings(period: Period) -> dict[str, str]:
    return {
        "plan": label("vi", "column", "plan", year=period.year),
        "plan_to_date": label("vi", "column", "plan_to_date", plan=period.label("vi", "plan")),
        "previous": say("column_previous", quarter=period.previous.label("vi", "sentence")),
    }


def _table(sheet, table: str, period: Period, whom: Sender, note: str, heads: dict[str, str]) -> dict[str, int]:
    """A table's hidden fields, title and headings; the column of each field."""
    columns: tuple[Column, ...] = COLUMNS[table]
    at = {}
    for n, column in enumerate(columns, 1):
        at[column.field] = n
        about = sheet.column_dimensions[letter(n)]
        about.width, about.hidden = column.width, column.hidden
        put(sheet, 1, n, f"{MARK}{table}" if n == 1 else column.field)
        text = heads.get(column.field) or say(f"column_{column.field}") if not column.hidden else column.field
        put(sheet, HEAD_ROWS, n, text, bold=True, box=True, wrap=True, centre=True, fill=INPUT if column.typed else HEAD)
    sheet.row_dimensions[1].hidden = True
    sheet.row_dimensions[HEAD_ROWS].height = 48
    sheet.row_dimensions[2].height = 20
    put(sheet, 2, 1, say(f"title_{table}"), bold=True, size=14)
    put(sheet, 3, 1, f"{whom.name['vi']} - {say('period', period=period.label('vi', 'heading_to_date'))}", bold=True)
    put(sheet, 4, 1, note, italic=True)
    return at
