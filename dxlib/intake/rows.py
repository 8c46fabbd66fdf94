"""Records to rows: names to ids, figures to numbers, words to codes; every mistake told at its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from dxlib.intake.context import About, Context
from dxlib.intake.days import day_of
from dxlib.intake.drafting import Row, shown
from dxlib.intake.figures import Expects, Figure, read_figure
from dxlib.intake.matching import Match, Names, bare, fold, word
from dxlib.intake.sheets import Cell, Finding, Record

MAX_TEXT = 2000
TEXTS = {"indicators": ("cause", "remedy", "committed", "proposal", "note"), "tasks": ("result", "cause")}
_KEYS = {"tasks": ("task", "id"), "decisions": ("decision", "id")}
_NO_VALUE = ("O", "M", "L")


@dataclass
class Reader:
    """Reads records of one file; collects `rows`, `findings`, and the rows it has `seen`."""

    known: Context
    period: str
    sender: str
    findings: list[Finding] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    seen: set[tuple[str, int]] = field(default_factory=set)
    form: bool = False
    titled: str = ""  # the indicator that the file's title names, for tables that list areas
    place: Callable[[Record, str, Cell], str] = lambda record, name, cell: cell.ref  # noqa: E731

    def tell(self, rule: str, level: str, sheet: str = "", ref: str = "", row: str = "", found: str = "", **fields):
        """Note a finding."""
        self.findings.append(Finding(rule, level, sheet, ref, row, found, tuple(fields.items())))

    def at(self, record: Record, name: str, rule: str, level: str, found: str | None = None, **fields) -> None:
        """Note a finding at a record's cell."""
        cell = record.cells.get(name) or Cell(record.row, 1)
        self.tell(
            rule, level, record.sheet, self.place(record, name, cell), shown(record),
            cell.text if found is None else found, **fields,
        )  # fmt: skip

    def tables(self, records: list[Record]) -> dict[str, list[Record]]:
        """Records of a file of the sender's own, by what they are about: a name that is a task's is a task."""
        found: dict[str, list[Record]] = {"indicators": [], "tasks": [], "decisions": []}
        for record in records:
            table = next((name for name in ("task", "decision") if name in record.cells), "")
            if table:
                found[f"{table}s"].append(record)
                continue
            named = shown(record)
            others = [name for name in ("tasks", "decisions") if self.known.names[name].match(named).id]
            mine = self.known.names["indicators"].match(named).id
            found[others[0] if others and not mine else "indicators"].append(record)
        return found

    def read(self, table: str, records: list[Record]) -> None:
        """Take in the records of a table."""
        for record in records:
            self.seen.add((record.sheet, record.row))
            row = self._indicator(record) if table == "indicators" else self._work(table, record)
            if row is not None:
                self.rows.append(row)

    def about(self, cells: dict[str, Cell], sheet: str) -> dict[str, object]:
        """What a form says of the sender's document."""
        said: dict[str, object] = {}
        for name, cell in cells.items():
            if cell.blank:
                continue
            if name != "reported_on":
                said[name] = " ".join(cell.text.split())
            elif cell.kind == "date" and isinstance(cell.value, dt.date):
                said[name] = cell.value
            elif (day := day_of(cell.text)) is not None:
                said[name] = day
            else:
                self.tell("date", "error", sheet, cell.ref, found=cell.text)
        return said

    # --- names ----------------------------------------------------------------------------------------------------

    def _id(self, record: Record, field_: str, names: Names, rule: str, table: str) -> str:
        """The id that a record's cell names; "" after a finding."""
        cell = record.cells[field_]
        match = names.match(cell.text)
        if match.id:
            return match.id
        self.at(record, field_, f"ambiguous_{rule}" if match.ambiguous else f"unknown_{rule}", "error", near=self._near(match, table))
        return ""

    def _near(self, match: Match, table: str) -> str:
        spelled = self.known.spellings.get(table, {})
        return "; ".join(f'"{spelled[id][0]}" ({id})' if spelled.get(id) else id for id in match.near)

    def _area(self, record: Record) -> str:
        cell = record.cells.get("area")
        if cell is None or cell.blank:
            return self.sender if self.sender in self.known.area_codes else self.known.area
        match = self.known.area_names(self.period).match(cell.text)
        if match.id:
            return match.id
        rule = "ambiguous_area" if match.ambiguous else "unknown_area"
        if not match.ambiguous and self.known.other_days(cell.text):
            rule = "area_of_other_days"
        named = {area[0]: area[3][0] for area in self.known.areas}
        self.at(record, "area", rule, "error", near="; ".join(f'"{named[id]}" ({id})' for id in match.near))
        return ""

    # --- indicators -----------------------------------------------------------------------------------------------

    def _indicator(self, record: Record) -> Row | None:
        code, name = record.cells.get("indicator"), record.cells.get("name")
        key = "indicator" if code is not None and not code.blank else "name"
        if record.cells.get(key) is None or record.cells[key].blank:
            by_area = "area" in record.cells and name is None and code is None
            section = record.section.rpartition(" / ")[2]
            id = (self.known.names["indicators"].match(section).id or self.titled) if by_area else ""
            if not id:
                self.at(record, key if key in record.cells else "area", "no_name", "error")
                return None
        else:
            id = self._id(record, key, self.known.names["indicators"], "indicator", "indicators")
        if id and key == "indicator" and name is not None and not name.blank:
            other = self.known.names["indicators"].match(name.text).id
            if other and other != id:
                self.at(record, "name", "code_differs", "error", known=id, other=other)
                return None
        area = self._area(record)
        if not id or not area:
            return None
        about = self.known.indicators[id]
        self._unit(record, about)
        before = len(self.findings)
        values: dict[str, object] = {}
        self._value(record, about, area, values)
        self._numbers(record, about, area, values)
        self._texts(record, "indicators", values)
        if any(one.level == "error" for one in self.findings[before:]):
            return None
        refs = {field: self.place(record, field, cell) for field, cell in record.cells.items() if field in _REFS}
        return Row("indicators", id, area, shown(record), record.sheet, record.row, values, refs)

    def _unit(self, record: Record, about: About) -> None:
        cell = record.cells.get("unit")
        if cell is not None and not cell.blank:
            known = self.known.units.get(about.measure, (about.measure,))
            if fold(bare(cell.text)) not in {fold(name) for name in known} | {fold(bare(name)) for name in known}:
                self.at(record, "unit", "unit_differs", "warning", known=known[min(1, len(known) - 1)])

    def _value(self, record: Record, about: About, area: str, values: dict[str, object]) -> None:
        """value, numerator, denominator, stated_band, status and qualifier of an observation."""
        status = self._word(record, "status", "status") or ""
        qualifier = self._word(record, "qualifier", "qualifier") or ""
        has_column = any(name in record.cells for name in ("value", "numerator", "status"))
        if not has_column:
            return  # an absent column is not an empty cell
        value = over = under = None
        band = ""
        cell = record.cells.get("value")
        if cell is not None and not cell.blank:
            step = word(cell.text, self.known.words["ladder"]) if about.kind == "milestone" else None
            band = (word(cell.text, self.known.words["band"]) or "") if about.kind == "qualitative" else ""
            if step:
                value = Decimal(step)
            elif not band:
                before = len(self.findings)
                said = self._figure(record, "value", self._expects(about, area, "value"))
                if said is None and about.kind == "qualitative" and cell.kind == "text":
                    self.findings[before:] = []
                    self.at(record, "value", "unknown_word", "error", known="; ".join(self.known.words["band"].values()))
                if said is None:
                    return
                value, over, under = said.value, said.numerator, said.denominator
                qualifier, status = qualifier or said.qualifier, status or said.status
                if said.target is not None:
                    values["plan"] = said.target
                if about.kind == "qualitative" and said.state in ("met", "exceeded"):
                    band = "met"
                elif about.kind == "qualitative" and not status:
                    known = "; ".join(self.known.words["band"].values())
                    self.at(record, "value", "unknown_word", "error", known=known)
                    return
                elif value is None and over is None and not status:
                    self.at(record, "value", "words_only", "error")
                    return
        for name in ("numerator", "denominator"):
            part = record.cells.get(name)
            if part is not None and not part.blank:
                said = self._figure(record, name, Expects("cases", "value"))
                if said is None:
                    return
                if name == "numerator":
                    over = said.value
                else:
                    under = said.value
        if self._sound(record, about, value, over, under, status):
            value = self._agreed(record, about, value, over, under)
            nothing = value is None and over is None and not band
            if under == 0:
                status = status or "M"
            if nothing and not status:
                self.at(record, "value", "blank_value", "warning")
            values.update(
                value=value, numerator=over, denominator=under, stated_band=band,
                status=status or ("O" if nothing else record.status or "A"), qualifier="" if nothing else qualifier,
            )  # fmt: skip

    def _sound(self, record: Record, about: About, value, over, under, status: str) -> bool:
        """Whether figures can stand together; else a finding says why not."""
        before = len(self.findings)
        if (over is None) != (under is None):
            self.at(record, "numerator" if over is None else "denominator", "pair", "error")
        elif under is not None and (under < 0 or over < 0):
            self.at(record, "numerator", "negative", "error", found=f"{over}/{under}")
        elif under == 0 and over:
            self.at(record, "denominator", "over_zero", "error", found=f"{over}/{under}")
        if value is not None:
            if about.kind == "milestone" and value not in (0, 1, 2, 3):
                self.at(record, "value", "ladder", "error", known="; ".join(self.known.words["ladder"].values()))
            if about.kind == "rank" and (value < 1 or value != value.to_integral_value()):
                self.at(record, "value", "rank", "error")
            if value < 0 and about.kind in ("rate", "year_to_date", "period_count"):
                self.at(record, "value", "negative", "error")
        if status in _NO_VALUE and (value not in (None, 0) or over):
            self.at(record, "status", "status_with_value", "error", value=str(value if value is not None else over))
        over_all = over is not None and under and over > under and about.measure == "percent"
        if over_all or (about.measure == "percent" and about.kind == "rate" and value is not None and value > 100):
            self.at(record, "value" if "value" in record.cells else "numerator", "over_100", "warning")
        return not any(one.level == "error" for one in self.findings[before:])

    def _agreed(self, record: Record, about: About, value, over, under):
        """The value that stands: none where its cases give it more exactly; a finding where they contradict it."""
        if value is None or under is None or about.kind == "period_count":
            return value
        if under == 0:
            return None
        ratio = (100 if about.measure == "percent" else 1) * over / under
        if abs(value - ratio) <= Decimal(1).scaleb(-about.decimals) / 2:
            return value
        printed = max(0, -value.as_tuple().exponent)
        if abs(value - ratio) <= Decimal(1).scaleb(-printed) / 2:
            self.at(record, "value", "ratio_rounded", "note", ratio=f"{ratio:.4f}")
            return None
        self.at(record, "value", "ratio_differs", "error", ratio=f"{ratio:.4f}", cases=f"{over}/{under}")
        return None

    def _numbers(self, record: Record, about: About, area: str, values: dict[str, object]) -> None:
        """plan, and the full-year estimate."""
        for name, column in (("plan", "plan"), ("estimate", "full_year_estimate")):
            cell = record.cells.get(name)
            if cell is None or about.kind in ("milestone", "qualitative"):
                continue
            if cell.blank or (name == "plan" and cell.text.strip() in ("-", "–")):
                values.setdefault(column, None)
                continue
            before = len(self.findings)
            said = self._figure(record, name, self._expects(about, area, "plan" if name == "plan" else "value"))
            if said is not None:
                values[column] = said.value
            elif name == "plan":  # the plan in force is the package's; what the sender wrote is only compared with it
                self.findings[before:] = [_lowered(one) for one in self.findings[before:]]

    def _texts(self, record: Record, table: str, values: dict[str, object]) -> None:
        for name in TEXTS["indicators" if table == "indicators" else "tasks"]:
            cell = record.cells.get(name)
            if cell is None:
                continue
            if cell.kind in ("error", "formula"):
                self.at(record, name, "text_cell", "error")
                continue
            text = cell.text.strip()
            if cell.kind == "date" and isinstance(cell.value, dt.date):
                text = f"{cell.value.day}/{cell.value.month}/{cell.value.year}"
            if len(text) > MAX_TEXT:
                self.at(record, name, "text_long", "error", found=text[:40] + "…", count=str(MAX_TEXT))
            values[name] = text

    # --- tasks and decisions --------------------------------------------------------------------------------------

    def _work(self, table: str, record: Record) -> Row | None:
        key = next((name for name in (*_KEYS[table], "name") if name in record.cells and not record.cells[name].blank), "")
        if not key:
            self.at(record, "name", "no_name", "error")
            return None
        before = len(self.findings)
        id = self._id(record, key, self.known.names[table], _KEYS[table][0], table)
        values: dict[str, object] = {"state": self._word(record, "state", "state") or ""}
        done = record.cells.get("done_on")
        if done is not None and not done.blank:
            values["done_on"] = done.value if done.kind == "date" else day_of(done.text)
            if not isinstance(values["done_on"], dt.date):
                self.at(record, "done_on", "date", "error")
        self._texts(record, table, values)
        if values["state"] == "" and (values.get("result") or values.get("cause") or values.get("done_on")):
            self.at(record, "state", "state_missing", "error")
        if values["state"] != "done" and values.get("done_on"):
            self.at(record, "done_on", "done_on_without_done", "error")
        if any(one.level == "error" for one in self.findings[before:]):
            return None
        refs = {field: self.place(record, field, cell) for field, cell in record.cells.items() if field in _REFS}
        return Row(table, id, "", shown(record), record.sheet, record.row, values, refs)

    # --- cells ----------------------------------------------------------------------------------------------------

    def _figure(self, record: Record, name: str, expects: Expects) -> Figure | None:
        """A figure, or None after its findings; warnings are told and the figure taken."""
        cell = record.cells[name]
        said = _read(cell.kind, cell.text, cell.value, expects)
        place = {"sheet": record.sheet, "ref": self.place(record, name, cell), "row": shown(record)}
        self.findings += [replace(one, **place) for one in said.findings]
        return None if said.wrong else said

    def _expects(self, about: About, area: str, role: str) -> Expects:
        """What a column of an indicator's figures holds."""
        kind = about.kind if about.kind in ("milestone", "qualitative") else "percent" if about.measure == "percent" else ""
        kind = kind or ("whole" if about.decimals == 0 else "decimal")
        plan = self.known.plans.get((about.id, area, self.period[:4]))
        return Expects(kind, role, self.known.units.get(about.measure, ()), plan, self.form)

    def _word(self, record: Record, name: str, words: str) -> str | None:
        """The code of a drop-down's word; None after a finding, or where there is no such column."""
        cell = record.cells.get(name)
        if cell is None:
            return None
        found = word(cell.text, self.known.words[words])
        if found is None:
            self.at(record, name, "unknown_word", "error", known="; ".join(self.known.words[words].values()))
        return found


_REFS = ("name", "area", "plan", "value", "numerator", "status", "state", "cause", "remedy", "committed", "proposal",
         "estimate", "done_on")  # fmt: skip


@lru_cache(8192)
def _read(kind: str, text: str, value, expects: Expects) -> Figure:
    """A cell's figure, wherever it stands: plans and usual figures come again and again."""
    return read_figure(Cell(1, 1, kind, text, value), expects)


def _lowered(finding: Finding) -> Finding:
    """An error about a cell that is not loaded is a warning."""
    return replace(finding, level="warning") if finding.level == "error" else finding
