"""Digital-transformation targets of a province: loaded, checked, scored, reviewed.

>>> import dxlib as dx
>>> review = dx.review(dx.load("data/lao-cai"), "2024-Q1")
>>> review.bands["count"].loc[["met", "not_assessed"]].tolist()
[5, 1]
"""

from importlib import import_module

__version__ = "0.1.0"
_ROOMS = ("annexes", "charts", "narrative", "notebook", "sheet", "tables", "wording")
_NAMES = {
    "Dataset": ("dataset", "Dataset"),
    "DxError": ("messages", "DxError"),
    "Review": ("reviews", "Review"),
    "load": ("dataset", "load"),
    "review": ("reviews", "make_review"),
    "show": ("notebook", "show"),
}
__all__ = ["Dataset", "DxError", "Review", "annexes", "charts", "load", "narrative", "notebook", "review", "sheet",
           "show", "tables", "wording"]  # fmt: skip


def __getattr__(name: str):
    """Everything is imported when first used: `dx --help` and a run's own process never pay for pandas."""
    if name in _ROOMS:
        return import_module(f"dxlib.{name}")
    if name in _NAMES:
        module, attribute = _NAMES[name]
        return getattr(import_module(f"dxlib.{module}"), attribute)
    raise AttributeError(f"module 'dxlib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
