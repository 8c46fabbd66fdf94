"""Dates as people write them."""

from __future__ import annotations

import datetime as dt


def day_of(text: str) -> dt.date | None:
    """A date as people write it, day first; None for anything else.

    >>> day_of("15/6/2024"), day_of("2024-06-15"), day_of("6/2024")
    (datetime.date(2024, 6, 15), datetime.date(2024, 6, 15), None)
    """
    parts = text.strip().replace("-", "/").replace(".", "/").split("/")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3 and len(parts[0]) == 4:
            return dt.date(*numbers)
        return dt.date(numbers[2], numbers[1], numbers[0]) if len(numbers) == 3 and len(parts[2]) == 4 else None
    except ValueError:
        return None
