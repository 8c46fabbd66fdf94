"""What stands above the tables of a sender's own file: the period that it names, and who sends it."""

from __future__ import annotations

import re

from dxlib.intake.context import Context
from dxlib.intake.sheets import Book
from dxlib.period import Period, UnknownPeriod

_ROWS = 12  # from the top of each sheet
_QUARTER = re.compile(r"quý\s*(?:IV|I{1,3}|[1-4])\s*(?:[-/.,]|năm)?\s*(?:năm\s*)?(?:19|20)\d{2}", re.I)
_SPAN = re.compile(r"(?<!\d)(6|9|sáu|chín)\s*tháng(?:\s*đầu\s*năm|\s*năm)?\s*[-/.,]?\s*((?:19|20)\d{2})", re.I)
_WHOLE = re.compile(r"cả\s+năm\s+((?:19|20)\d{2})", re.I)


def texts(book: Book) -> list[str]:
    """Texts at the top of each sheet, first to last; of a document also the paragraphs above its table."""
    found: list[str] = []
    for sheet in book.sheets:
        found += sheet.above
        places = sorted(place for place in sheet.cells if place[0] <= _ROWS)
        found += [sheet.cells[place].text for place in places if sheet.cells[place].kind == "text"]
    return found


def periods_in(book: Book) -> list[str]:
    """The periods that titles name, each once. A heading that compares periods ("Thực hiện quý I/2024") is no title: the
    first cell that names any decides."""
    for text in texts(book):
        found = []
        for match in _QUARTER.finditer(text):
            try:
                found.append(str(Period.parse(" ".join(match[0].split()))))
            except UnknownPeriod:
                continue
        found += [f"{match[2]}-Q{2 if match[1].lower() in ('6', 'sáu') else 3}" for match in _SPAN.finditer(text)]
        found += [f"{match[1]}-Q4" for match in _WHOLE.finditer(text)]
        if found:
            return list(dict.fromkeys(found))
    return []


def indicator_in(book: Book, known: Context) -> str:
    """The one indicator that a title names, of a table that lists areas; "" where there is none."""
    names = known.names["indicators"]
    found = {id for text in texts(book) for part in text.split("\n") if (id := names.match(part).id)}
    return found.pop() if len(found) == 1 else ""


def senders_in(book: Book, known: Context, period: str) -> list[str]:
    """Agencies and areas whose whole name stands alone in a cell at the top, each once."""
    owners, areas = known.names["owners"], known.area_names(period)
    found = [owners.match(text).id or areas.match(text).id for text in texts(book) if len(text) < 120]
    return list(dict.fromkeys(id for id in found if id))
