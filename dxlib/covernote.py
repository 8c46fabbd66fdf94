"""The message that goes with the report by e-mail or Zalo (S15): plain text, read on a phone without opening anything."""

from __future__ import annotations

import unicodedata

from dxlib.frames import each
from dxlib.messages import label
from dxlib.period import format_date
from dxlib.printing import NONE, Printer, in_language
from dxlib.reviews import Review
from dxlib.wording import summary

MATTERS = 3  # as many as are named; how many others there are is said


def text(review: Review, language: str) -> str:
    """Place and period, draft, made-up data where it is, S1 and S2, what needs a decision, the cut-off date.

    Lines are apart by a line feed; a name from the data stays on its line, whatever it holds.
    """
    settings = review.data.settings
    place = ", ".join(part for part in (settings.place[language], slice_name(review, language)) if part)
    period = review.period.label(language, "heading_to_date")
    draft = label(language, "word", "draft")
    dated = ("cut_off", review.cut_off) if review.cut_off is not None else ("known_as_of", review.as_of)
    lines = [
        label(language, "cover_note", "head", place=place, period=period, draft=draft),
        *([label(language, "word", "illustrative")] if settings.illustrative else []),
        summary(review, language),
        *_matters(review, language),
        label(language, "cover_note", "end", dated=label(language, "word", dated[0], date=format_date(dated[1], language))),
    ]
    return "\n".join(_one_line(line) for line in lines)


def slice_name(review: Review, language: str) -> str:
    """The area and the theme that a review is limited to, by name; "" for all of its package."""
    settings = review.data.settings
    area = review.area_name(review.area, language) if review.area != settings.area else ""
    tag = settings.tags[review.tag][language] if review.tag else ""
    return ", ".join(part for part in (area, tag) if part)


def _matters(review: Review, language: str) -> list[str]:
    """The first matters for the committee, worst first, one a line under their heading; nothing where there is none."""
    printer, lines = Printer(review.data.settings, language), []
    for number, row in enumerate(each(review.decide.head(MATTERS)), 1):
        name, result = in_language(row, language), ""
        if row.why == "overdue":
            name = f"{label(language, 'column', row.what)}: {name}"
            state = label(language, "word", "overdue_days", days=int(row.days_overdue))
        else:
            result = printer.pair(row)
            state = label(language, "flag", "far_over") if row.why == "far_over" else label(language, "pace", row.pace)
        owner = review.owner_name(row.owner, language)
        result = "" if result == NONE else result
        fields = {"number": number, "name": name, "result": result, "state": state, "owner": owner}
        lines.append(label(language, "cover_note", "matter", **fields))
    if not lines:
        return []
    rest = len(review.decide) - len(lines)
    return [label(language, "cover_note", "matters", rest=rest), *lines]


def _one_line(text: str) -> str:
    """Text without line breaks, and without characters that cannot be seen (they could turn what follows round)."""
    return "".join(char for char in " ".join(text.split()) if not unicodedata.category(char).startswith("C"))
