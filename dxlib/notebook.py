"""What a notebook's first and last cells need: its parameters checked, and its figures given to the page."""

from __future__ import annotations

import ast
import difflib

from dxlib import charts, figures, messages
from dxlib.messages import DxError
from dxlib.reviews import Review, make_review
from dxlib.wording import title

FIGURES = "application/vnd.dx-review.figures+json"  # the output that publish takes figures.json from


def start(**parameters) -> tuple[Review, str]:
    """Check a notebook's parameters, turn static charts on, and return its review and language.

    Parameters: the notebook's own, by name (`period`, `data`, `language`, `as_of`, where it has them `area`, `tag`).
    Raises DxError for a parameter that the notebook does not have (a misspelt one, handed over by papermill, would
    otherwise be ignored), a value that is no text, an unknown language, and whatever `make_review` refuses.
    """
    for name in injected():
        if name not in parameters:
            nearest = difflib.get_close_matches(name, parameters, n=1)
            known = ", ".join(parameters)
            raise DxError("parameter", found=name, nearest=nearest[0] if nearest else "", known=known)
    for name, value in parameters.items():
        if not isinstance(value, str):
            raise DxError("parameter_type", name=name, found=repr(value), expected=_EXAMPLES.get(name, '"..."'))
    language = checked_language(parameters.pop("language"))
    charts.enable()
    return make_review(**parameters), language


_EXAMPLES = {"period": '"2024-Q1"', "data": '"data/lao-cai"', "as_of": '"2024-04-03"', "language": '"vi"'}


def checked_language(language: str) -> str:
    """The language itself, or DxError when the report has no texts in it."""
    if language not in messages.LANGUAGES:
        raise DxError("language", found=language, known=", ".join(messages.LANGUAGES))
    return language


def injected() -> list[str]:
    """Names that papermill's injected cell has set in this kernel; none outside one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return []
    shell = get_ipython()
    cells = shell.user_ns.get("In", []) if shell else []
    names = []
    for source in cells:
        if source.startswith("# Parameters\n"):
            names += [
                target.id for node in ast.parse(source).body if isinstance(node, ast.Assign) for target in node.targets
            ]
    return names


class Figures:
    """A review's figures as a notebook's output: read by publish, shown as their checksum."""

    def __init__(self, review: Review, language: str):
        frame = review.figures()
        self.content = {
            "package": review.data.settings.name,
            "period": str(review.period),
            "language": language,
            "as_of": review.as_of.isoformat(),
            "area": review.area,
            "tag": review.tag,
            "title": f"{title(review, language)} - {review.data.settings.place[language]}",
            "illustrative": messages.label(language, "word", "illustrative")
            if review.data.settings.illustrative
            else "",
            "checksum": figures.checksum(frame),
            "figures": figures.records(frame),
        }

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        checksum = messages.label(self.content["language"], "word", "checksum", checksum=self.content["checksum"])
        return {FIGURES: self.content, "text/html": f'<p class="note">{checksum}</p>', "text/plain": checksum}
