"""Digital-transformation targets of a province: loaded, checked, scored, reviewed.

>>> import dxlib as dx
>>> review = dx.review(dx.load("data/lao-cai"), "2024-Q1")
>>> review.bands["count"].loc[["met", "not_assessed"]].tolist()
[5, 1]
"""

from dxlib.dataset import Dataset, load
from dxlib.messages import DxError
from dxlib.reviews import Review
from dxlib.reviews import make_review as review

__version__ = "0.1.0"
__all__ = ["Dataset", "DxError", "Review", "charts", "load", "narrative", "notebook", "review", "tables", "wording"]
_LAZY = {"charts", "narrative", "notebook", "tables", "wording"}


def __getattr__(name: str):
    """Rooms that draw and write are imported when first used."""
    if name in _LAZY:
        from importlib import import_module

        return import_module(f"dxlib.{name}")
    raise AttributeError(f"module 'dxlib' has no attribute {name!r}")
