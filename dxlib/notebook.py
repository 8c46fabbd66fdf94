"""What a notebook needs: its parameters checked, the parts of its page shown, its figures given to the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby

from dxlib import charts, covernote, figures, messages, parameters
from dxlib.lines import HEADINGS, Lines, Table, Text
from dxlib.manifest import SHOWN_FIGURES
from dxlib.printing import Printer
from dxlib.reviews import Review, make_review
from dxlib.wording import band_counts, title


def start(namespace: Mapping[str, object]) -> tuple[Review, str]:
    """Check a notebook's parameters, turn static charts on, and return its review and language.

    Parameters: `namespace`, the notebook's own (`globals()`); what its parameters are is declared in its tagged cell
    (`dxlib.parameters`). Raises DxError for a parameter that is not declared (a misspelt one, handed over by
    papermill, would otherwise be ignored), for a value that is refused, and for whatever `make_review` refuses.
    """
    sources = [source for source in namespace.get("In", []) if isinstance(source, str)]
    declared = parameters.declared(sources)
    given = dict.fromkeys([*declared, *parameters.assigned(sources)])
    values = parameters.checked(declared, {name: namespace.get(name) for name in given})
    language = values.pop("language")
    charts.enable()
    return make_review(**values), language


def show(*parts: object) -> None:
    """Show parts of the page, one under the other: texts and tables that follow each other as one output.

    What is empty is left out, and so is a heading under which nothing stands.
    """
    from IPython.display import display

    for is_text, shown in groupby(_with_headings(parts), lambda part: isinstance(part, (Text, Lines, Table))):
        if is_text:  # as what it shows itself as: a dozen formatters would be asked
            text = Lines(shown)
            display({"text/html": text._repr_html_(), "text/plain": str(text)}, raw=True)
        else:
            display(*shown)


def _with_headings(parts: Sequence) -> list:
    kept, below = [], 0  # from the end upwards: a heading stays where something stands under it
    for part in reversed(parts):
        if isinstance(part, Lines) and not part:
            continue
        is_heading = isinstance(part, Text) and part.tag in HEADINGS
        level = int(part.tag[1]) if is_heading else len(HEADINGS) + 1
        if below > level or not is_heading:
            kept.append(part)
            below = level
    return kept[::-1]


def focus(review: Review, language: str) -> list[tuple[str, str]]:
    """What a reader may highlight in the charts: keys and names of the review's fields and agencies."""
    fields = [code for code in review.pillars.index if code]
    named = [(f"pillar:{code}", review.data.settings.pillars[code][language]) for code in fields]
    agencies = [code for code, total in review.owners["total"].items() if total and code]
    return named + [(f"owner:{code}", review.owner_name(code, language)) for code in agencies]


class Figures:
    """A review's figures as a notebook's output: read by publish, shown as their checksum.

    The rows are one text of JSON within it: as thousands of values they would be checked, copied and cleaned one by
    one at every step from the kernel to the file.
    """

    def __init__(self, review: Review, language: str):
        frame = review.figures()
        self.content = {
            "package": review.data.settings.name,
            "period": str(review.period),
            "language": language,
            "as_of": review.as_of.isoformat(),
            "meeting_day": review.meeting_day.isoformat() if review.meeting_day else None,
            "area": review.area,
            "tag": review.tag,
            "title": f"{title(review, language)} - {review.data.settings.place[language]}",
            "illustrative": messages.label(language, "word", "illustrative")
            if review.data.settings.illustrative
            else "",
            "audience": review.data.settings.audience,
            "focus": focus(review, language),
            "checksum": figures.checksum(frame),
            "state": messages.label(language, "word", "draft"),
            "bands": _bands(review, language),
            "place": review.data.settings.place[language],
            "slice": covernote.slice_name(review, language),
            "message": covernote.text(review, language),
            "figures": json.dumps(figures.records(frame), ensure_ascii=False),
        }

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        checksum = messages.label(self.content["language"], "word", "checksum", checksum=self.content["checksum"])
        return {SHOWN_FIGURES: self.content, "text/html": f'<p class="note">{checksum}</p>', "text/plain": checksum}


def _bands(review: Review, language: str) -> list[dict]:
    """How many targets stand in each band, as the page says: what a list of reports shows of each."""
    printer = Printer(review.data.settings, language)
    return [{"band": band, "label": printer.band(band), "count": n} for band, n in band_counts(review).items()]
