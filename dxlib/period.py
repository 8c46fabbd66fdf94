"""Names of reporting periods: quarters of a calendar year, and the year to date that they close."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

ROMAN = ("I", "II", "III", "IV")
_QUARTER = {**{str(n): n for n in range(1, 5)}, **{r: n for n, r in enumerate(ROMAN, 1)}}
_Q = r"(?P<quarter>IV|I{1,3}|[1-4])"
_Y = r"(?P<year>(?:19|20)[0-9]{2})"
_SPELLINGS = [
    re.compile(pattern)
    for pattern in (
        rf"{_Y}\s*-?\s*Q{_Q}",  # 2024-Q1, 2024Q1
        rf"Q\s*{_Q}\s*[-./ ]\s*{_Y}",  # Q1-2024, QI.2024, Q1 2024
        rf"QUÝ\s*{_Q}\s*(?:[-/.,]|NĂM|\s)\s*(?:NĂM\s*)?{_Y}",  # Quý I/2024, Quý 1 năm 2024
    )
]


class UnknownPeriod(ValueError):
    """The text names no quarter in any accepted spelling."""


@dataclass(frozen=True, order=True)
class Period:
    """One quarter; its figures are read as the year to date that it closes.

    >>> Period.parse("Quý I/2024"), str(Period.parse("Q1-2024").previous)
    (Period(year=2024, quarter=1), '2023-Q4')
    >>> Period.parse("2024-Q5")
    Traceback (most recent call last):
    dxlib.period.UnknownPeriod: 2024-Q5
    """

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: str | Period) -> Period:
        """Read a quarter in any accepted spelling; raise UnknownPeriod otherwise."""
        if isinstance(text, Period):
            return text
        plain = unicodedata.normalize("NFC", str(text)).strip().upper()
        for spelling in _SPELLINGS:
            if found := spelling.fullmatch(plain):
                return cls(int(found["year"]), _QUARTER[found["quarter"]])
        raise UnknownPeriod(str(text))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"

    def shift(self, quarters: int) -> Period:
        """The period so many quarters later (negative: earlier)."""
        year, quarter = divmod(self.year * 4 + self.quarter - 1 + quarters, 4)
        return Period(year, quarter + 1)

    @property
    def previous(self) -> Period:
        return self.shift(-1)

    @property
    def same_last_year(self) -> Period:
        return Period(self.year - 1, self.quarter)

    @property
    def last_year_end(self) -> Period:
        return Period(self.year - 1, 4)

    @property
    def to_date(self) -> tuple[str, ...]:
        """The quarters of the year so far, first to last."""
        return tuple(f"{self.year}-Q{n}" for n in range(1, self.quarter + 1))

    @property
    def remaining(self) -> int:
        """Quarters of the year still to come."""
        return 4 - self.quarter

    @property
    def last_day(self) -> dt.date:
        month = 3 * self.quarter
        return dt.date(self.year, month, 31 if month in (3, 12) else 30)

    def label(self, language: str, style: str = "heading") -> str:
        """The period in words.

        Styles: `heading` and `sentence` name the quarter; `to_date` the year so far, `title` the same without its
        year, `title_year` with it; `next` the period that the next tasks are for; `plan` the quarter alone, for "plan to date".

        >>> Period(2024, 2).label("vi", "to_date"), Period(2024, 1).label("en", "next")
        ('6 tháng đầu năm 2024', 'Q2 2024')
        """
        return _LABELS[language][style][self.quarter - 1].format(
            roman=ROMAN[self.quarter - 1], quarter=self.quarter, year=self.year, next_year=self.year + 1
        )


_LABELS = {
    "vi": {
        "heading": ("Quý {roman}/{year}",) * 4,
        "sentence": ("quý {roman}/{year}",) * 4,
        "quarter": ("quý {roman}",) * 4,
        "to_date": ("quý {roman}/{year}", "6 tháng đầu năm {year}", "9 tháng đầu năm {year}", "năm {year}"),
        "heading_to_date": ("Quý {roman}/{year}", "6 tháng đầu năm {year}", "9 tháng đầu năm {year}", "Cả năm {year}"),
        "title": ("quý I", "6 tháng đầu năm", "9 tháng đầu năm", "cả năm {year}"),
        "title_year": ("quý I năm {year}", "6 tháng đầu năm {year}", "9 tháng đầu năm {year}", "cả năm {year}"),
        "plan": ("quý {roman}", "6 tháng đầu năm", "9 tháng đầu năm", "năm"),
        "next": ("quý II/{year}", "6 tháng cuối năm {year}", "quý IV/{year}", "năm {next_year}"),
        "next_title": ("quý II năm {year}", "6 tháng cuối năm {year}", "quý IV năm {year}", "năm {next_year}"),
    },
    "en": {
        "heading": ("Q{quarter} {year}",) * 4,
        "sentence": ("Q{quarter} {year}",) * 4,
        "quarter": ("Q{quarter}",) * 4,
        "to_date": ("Q1 {year}", "the first half of {year}", "the first nine months of {year}", "{year}"),
        "heading_to_date": ("Q1 {year}", "First half of {year}", "First nine months of {year}", "Full year {year}"),
        "title": ("Q1", "first half", "first nine months", "full year {year}"),
        "title_year": ("Q1 {year}", "first half of {year}", "first nine months of {year}", "full year {year}"),
        "plan": ("Q1", "the first half", "the first nine months", "the year"),
        "next": ("Q2 {year}", "the second half of {year}", "Q4 {year}", "{next_year}"),
        "next_title": ("Q2 {year}", "the second half of {year}", "Q4 {year}", "{next_year}"),
    },
}


def format_date(date: dt.date | None, language: str) -> str:
    """A date as officials write it; "-" when there is none. Zero before days under 10 and months 1 and 2 only
    (Decree 30/2020/NĐ-CP).

    >>> format_date(dt.date(2024, 4, 3), "vi"), format_date(dt.date(2024, 2, 20), "vi")
    ('03/4/2024', '20/02/2024')
    >>> format_date(dt.date(2024, 4, 3), "en")
    '3 April 2024'
    """
    if date is None or date != date:
        return "-"
    if language == "vi":
        month = f"{date.month:02d}" if date.month < 3 else str(date.month)
        return f"{date.day:02d}/{month}/{date.year}"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS = "January February March April May June July August September October November December".split()
