"""What a reader of senders' files has to know of the data package: plain values, so that a child process needs no pandas."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from dxlib.intake.matching import Names
from dxlib.period import Period


@dataclass(frozen=True)
class About:
    """An indicator, as far as reading its figures goes."""

    id: str
    name: str
    measure: str
    kind: str
    decimals: int


@dataclass(frozen=True)
class Context:
    """The names, lists and settings of a package that files are read against; `period` and `sender` where given."""

    package: str
    area: str
    period: str
    sender: str
    indicators: dict[str, About]
    spellings: dict[str, dict[str, list[str]]]  # of indicators, owners, tasks, decisions
    areas: tuple[tuple[str, str, str, tuple[str, ...]], ...]  # code, first and last day, spellings
    words: dict[str, dict[str, str]]  # of the drop-downs, by code
    units: dict[str, tuple[str, ...]]  # a measure's names
    plans: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)  # in force, by indicator, area and year
    columns: dict[str, list[str]] = field(default_factory=dict)
    portals: dict[str, dict] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, Names]:
        """Spellings ready for matching, by list."""
        return {name: Names(spellings) for name, spellings in self.spellings.items()}

    @cached_property
    def area_codes(self) -> frozenset[str]:
        """Codes of areas of any day."""
        return frozenset(area[0] for area in self.areas)

    @cached_property
    def _areas(self) -> dict[str, Names]:
        return {}

    def area_names(self, period: str) -> Names:
        """Areas valid on a period's last day: the same name or code may have stood for another before, or may later."""
        if period not in self._areas:
            day = Period.parse(period).last_day.isoformat() if period else ""
            valid = [area for area in self.areas if not day or area[1] <= day <= area[2]]
            spellings: dict[str, list[str]] = {}
            for code, _, _, names in valid:
                spellings.setdefault(code, []).extend(names)
            self._areas[period] = Names(spellings)
        return self._areas[period]

    def other_days(self, text: str) -> bool:
        """Whether a text names an area of other days."""
        found = self.area_names("").match(text)
        return bool(found.id) or found.ambiguous


@lru_cache(4)
def unpacked(packed: bytes) -> Context:
    """A context as it came from `packed`, made ready once."""
    return pickle.loads(packed)


def packed(data, period: str = "", sender: str = "") -> bytes:
    """A package's context, ready to be sent to children. `data`: Dataset; `period`, `sender`: where the user named them."""
    from dxlib.intake.formtable import lists

    more = data.settings.intake.get("names", {})
    of = lambda table, id: more.get(table, {}).get(id, [])  # noqa: E731
    indicators, areas = data["indicators"], data["areas"]
    first, last = dt.date.min.isoformat(), dt.date.max.isoformat()
    spellings = {
        "indicators": {
            row.indicator: [*filter(None, (row.name_vi, row.name_en, row.index_code)), *of("indicators", row.indicator)]
            for row in indicators.itertuples()
        },
        "owners": {
            row.owner: [row.name_vi, row.name_en, row.short_vi, row.short_en, *of("owners", row.owner)]
            for row in data["owners"].itertuples()
        },
        "tasks": {row.task: [row.name_vi, row.name_en, *of("tasks", row.task)] for row in data["tasks"].itertuples()},
        "decisions": {
            row.decision: [row.text_vi, row.text_en, *of("decisions", row.decision)]
            for row in data["decisions"].itertuples()
        },
    }
    context = Context(
        package=data.settings.name,
        area=data.settings.area,
        period=period,
        sender=sender,
        indicators={
            row.indicator: About(row.indicator, row.name_vi, row.measure, row.kind, int(row.decimals))
            for row in indicators.itertuples()
        },
        spellings=spellings,
        areas=tuple(
            (
                row.area,
                first if row.valid_from != row.valid_from else str(row.valid_from.date()),
                last if row.valid_to != row.valid_to else str(row.valid_to.date()),
                (row.name_vi, row.name_en, *of("areas", row.area)),
            )
            for row in areas.itertuples()
        ),
        words=lists(data.settings),
        units={id: (id, about["vi"], about["en"]) for id, about in data.settings.measures.items()},
        plans={
            (row.indicator, row.area, str(year)): Decimal(f"{row.value:.15g}")
            for year in sorted({int(year) for year in data["targets"]["year"]})
            for row in data.targets(year).itertuples()
            if row.value == row.value
        },
        columns=data.settings.intake.get("columns", {}),
        portals=data.settings.intake.get("portals", {}),
    )
    return pickle.dumps(context, protocol=5)
