"""The intake wing: a sender's file to rows of the data package, or to errors that the sender can act on.

    file -> container -> child process: workbooks, documents, delimited -> Book of Sheets of Cells
         -> layout -> Records -> figures, names -> rows and Findings

The rest of dxlib never imports it; `dx` does, when asked to.
"""

from importlib import import_module

_NAMES = {
    "open_book": "opening",
    "open_books": "opening",
    "records": "layout",
    "read_figure": "figures",
}


def __getattr__(name: str):
    """The wing's four verbs, each imported when first used."""
    if name in _NAMES:
        return getattr(import_module(f"dxlib.intake.{_NAMES[name]}"), name)
    raise AttributeError(f"module 'dxlib.intake' has no attribute {name!r}")
