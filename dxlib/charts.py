"""The report's charts: a Review in, an altair chart out. One function a chart, one theme (`dxlib.theme`), no arithmetic.

A title says the finding, a subtitle the measure. Numbers reach a chart as text, rounded already, so that no JavaScript
rounds again. Bands differ in shade and carry their number, so that a grey print keeps them apart. Field names are
fixed: text from the data never becomes part of an expression.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from dxlib import drawing, theme
from dxlib import tasks as _tasks
from dxlib.lines import Lines, captioned
from dxlib.messages import label
from dxlib.names import sort_key
from dxlib.period import format_date
from dxlib.printing import NONE, Printer, edges_of, in_language
from dxlib.reviews import Review
from dxlib.theme import INK, SOFT, TEXT, TIP, WIDTH, Layer, Rows
from dxlib.wording import band_counts, headlined

CUT = 200  # percent of plan at which a bar is cut
MOST = 12  # rows of one chart: more would not fit a page
_OUTLINE = {"stroke": SOFT, "strokeWidth": 0.5}


def enable() -> None:
    """Show charts as static SVG, in this session: offline, in print, and without JavaScript."""
    from IPython import get_ipython

    alt.renderers.enable("dx")
    if (shell := get_ipython()) and drawing.is_left_to_the_run():
        alt.utils.schemapi.disable_debug_mode()  # a specification is checked once, when it is shown
        shell.display_formatter.mimebundle_formatter.for_type(alt.TopLevelMixin, _bundle)


def _bundle(chart: alt.TopLevelMixin, **_) -> dict:
    """What a run shows of a chart: this module's own, known by their theme, have been checked by its tests."""
    return renderer(chart.to_dict(validate=getattr(chart, "config", None) is not theme.THEME))


def renderer(spec: dict, **_) -> dict:
    """What altair's renderer `dx` shows of a chart: its SVG, and its specification for who wants to go on."""
    shown = {drawing.SPEC: spec, "text/plain": spec.get("description", "")}
    if drawing.is_left_to_the_run():
        return shown
    svg = drawing.svg(spec)
    return {"text/html": theme.style() + captioned(spec, svg), drawing.SVG: svg, **shown}


def bands(review: Review, language: str) -> alt.LayerChart:
    """How many targets stand in each band, with the same period of last year under it. A row: period x band."""
    counts, settings = band_counts(review), review.data.settings
    now = review.period.label(language, "heading")
    rows = [(now, {}, counts)]
    if review.bands["last_year"].notna().any():
        then = review.period.same_last_year.label(language, "heading")
        rows.append((then, {}, review.bands["last_year"].astype(int).to_dict()))
    fields = {
        "met": counts.get(review.band_set[0].id, 0),
        "total": sum(counts.values()),
        "dt": settings.counted[language],
        "year": review.period.year,
    }
    return _stacked(rows, review, language, "bands", label(language, "column", "period"), bar=28, **fields)


def pace(review: Review, language: str) -> alt.LayerChart | Lines:
    """How many targets are ahead, on track, behind; nothing where no pace is known. A row: pace."""
    if review.paces.drop("not_determined").sum() == 0:
        return Lines()
    counts = review.paces[review.paces > 0]
    edges = {band.id: band.edge for band in review.data.settings.pace}
    good = sum(n for code, n in counts.items() if (edges.get(code) or 0) >= 100)
    plan = review.period.label(language, "plan")
    fields = {"good": good, "total": int(counts.sum()), "dt": _noun(review, language), "plan": plan}
    return _counted(counts, "pace", language, "pace", label(language, "column", "pace"), **fields)


def tasks(review: Review, language: str) -> alt.LayerChart | Lines:
    """Tasks by status; nothing where there are none. A row: status."""
    if review.tasks.empty:
        return Lines()
    counts = _tasks.counts(review.tasks)
    counts = counts[counts > 0]
    done = int(counts.reindex(list(_tasks.GROUPS["done"]), fill_value=0).sum())
    fields = {"done": done, "total": int(counts.sum()), "date": format_date(review.as_of, language)}
    return _counted(counts, "task", language, "tasks", label(language, "column", "state"), **fields)


def headlines(review: Review, language: str, most: int | None = None) -> alt.LayerChart | Lines:
    """Bullet graphs of the first `most` headline indicators: actual (bar), plan (stroke), same period last year (dot).

    Each row has its own scale, from zero to the largest of its three figures. A row: indicator.
    """
    printer = Printer(review.data.settings, language)
    known = [row for row in headlined(review) if not pd.isna(row.value)]
    shown = known[:most]
    if not shown:
        return Lines()
    names, texts = [in_language(row, language) for row in shown], [printer.pair(row) for row in shown]
    figures = np.array([(row.value, row.target, row.last_year_value) for row in shown])
    largest = np.nanmax(figures, axis=1, keepdims=True)
    actual, plan, last_year = (figures / np.where(largest > 0, largest, 1)).T.tolist()
    data = {
        "label": theme.wrapped(names),
        "actual": actual,
        "plan": plan,
        "last_year": last_year,
        "text": texts,
        "owner": [f"owner:{row.owner}" for row in shown],
        "pillar": [f"pillar:{row.pillar}" for row in shown],
        "tip": [f"{name}: {text}" for name, text in zip(names, texts)],
    }
    was = [printer.value(row, "last_year_value") for row in shown]
    rows, year = Rows.of(data["label"], bar=12), review.period.year
    domain, span = (0, 1), (0, max(WIDTH - theme.room(texts), 90))
    base = Layer().encode(y=rows.y(), tooltip=TIP)
    chart = [
        rows.named(),
        base.mark_bar(height=rows.bar, color=theme.BAR, yOffset=rows.down).encode(x=theme.x("actual", domain, span), **theme.in_focus()),
        base.transform_filter("isValid(datum.plan)").mark_tick(color=INK, thickness=3, size=22, yOffset=rows.down).encode(x=theme.x("plan", domain, span)),
        base.transform_filter("isValid(datum.last_year)")
        .mark_point(color=INK, fill=theme.LIGHT, size=44, opacity=1, yOffset=rows.down).encode(x=theme.x("last_year", domain, span)),
        base.mark_text(align="right", baseline="middle", fontWeight="bold", x=WIDTH, dy=rows.down).encode(text=TEXT),
    ]  # fmt: skip
    heads = [label(language, "column", code, last_year=year - 1) for code in ("indicator", "result", "same_last_year")]
    table = dict(zip(heads, [names, texts, was]))
    verdicts = [row.verdict for row in known if isinstance(row.verdict, str)]
    fields = {"met": verdicts.count("met"), "total": len(verdicts), "year": year, "last_year": year - 1}
    fields["most"] = len(shown) if len(shown) < len(known) else 0
    return theme.finished(chart, data, rows.height, language, "headlines", table, **fields)


def progress(review: Review, language: str) -> list[alt.LayerChart]:
    """Percent of the year's plan of every target that has one, by field, highest first: a chart for each field, several
    where a field has more rows than fit a page. A row: target."""
    shown = [row for row in review.by_indicator.values() if not pd.isna(row.percent)]
    shown.sort(key=lambda row: -row.percent)
    found = []
    for code in review.pillars.index:
        part = [row for row in shown if row.pillar == code]
        for first in range(0, len(part), MOST):
            found.append(_progress(part[first : first + MOST], pillar_name(review, code, language), review, language))
    return found


def _progress(shown: list, pillar: str, review: Review, language: str) -> alt.LayerChart:
    printer, edges, percents = Printer(review.data.settings, language), edges_of(review), [row.percent for row in shown]
    names, pairs = [in_language(row, language) for row in shown], [printer.pair(row) for row in shown]
    texts, bands = [printer.percent(percent, edges) for percent in percents], [row.band for row in shown]
    data = {
        "label": theme.wrapped(names),
        "band": bands,
        "percent": np.clip(percents, 0, CUT).tolist(),
        "beside": np.clip(percents, 100, CUT).tolist(),  # prints stand clear of the stroke at 100
        "text": texts,
        "owner": [f"owner:{row.owner}" for row in shown],
        "pillar": [f"pillar:{row.pillar}" for row in shown],
        "tip": [f"{name}: {pair} ({text})" for name, pair, text in zip(names, pairs, texts)],
    }
    rows = Rows.of(data["label"])
    domain, span = (0, CUT), (0, WIDTH - theme.room(texts))
    base = Layer().encode(y=rows.y(), tooltip=TIP)
    chart = [
        rows.named(),
        base.mark_bar(height=rows.bar, yOffset=rows.down, **_OUTLINE).encode(
            x=theme.x("percent", domain, span), color=theme.shades(_ids(review)), **theme.in_focus()
        ),
        base.mark_tick(color=INK, thickness=1.5, size=22, yOffset=rows.down).encode(x=theme.at(100, domain, span)),
        base.mark_text(align="left", baseline="middle", dx=6, dy=rows.down).encode(
            x=theme.x("beside", domain, span), text=TEXT
        ),
    ]
    heads = [label(language, "column", code) for code in ("indicator", "result", "percent", "band")]
    table = dict(zip(heads, [names, pairs, texts, list(map(printer.band, bands))]))
    fields = {"met": sum(row.verdict == "met" for row in shown), "total": len(shown), "pillar": pillar}
    legend = _legend(review, language, bands)
    fields |= {"dt": _noun(review, language), "year": review.period.year, "cut": CUT}
    return theme.finished(chart, data, rows.height, language, "progress", table, legend, **fields)


def pillars(review: Review, language: str) -> alt.LayerChart | Lines:
    """Bands by field; nothing where no target has one. A row: field x band."""
    if set(review.pillars.index) <= {""}:
        return Lines()
    names = [pillar_name(review, code, language) for code in review.pillars.index]
    behind = int((review.pillars["behind"] > 0).sum())
    return _grouped(review.pillars, names, "pillar", review, language, "pillars", behind=behind, count=len(names))


def owners(review: Review, language: str, most: int | None = None) -> alt.LayerChart | Lines:
    """Bands by owner, most behind first, the first `most` of them; nothing where no target names one. A row: owner x
    band."""
    if set(review.owners.index) <= {""}:
        return Lines()
    frame = review.owners[review.owners["total"] > 0]
    names = [review.owner_name(code, language) or label(language, "word", "no_owner") for code in frame.index[:most]]
    fields = {"behind": int((frame["behind"] > 0).sum()), "count": len(frame), "most": most if len(names) < len(frame) else 0}
    return _grouped(frame.head(len(names)), names, "owner", review, language, "owners", **fields)


def all_areas(review: Review, language: str) -> list[alt.LayerChart]:
    """`areas` for every indicator that has values within this area."""
    found = review.areas_by_indicator.items()
    return [areas(review, language, code) for code, rows in found if not all(pd.isna(row.value) for row in rows)]


def areas(review: Review, language: str, indicator: str) -> alt.LayerChart:
    """Areas compared in one indicator, best first. A row: area with a value."""
    printer = Printer(review.data.settings, language)
    name = lambda row: row.area_vi if language == "vi" else row.area_en  # noqa: E731
    known = [row for row in review.areas_by_indicator[indicator] if not pd.isna(row.value)]
    shown = sorted(known, key=lambda row: (row.rank, sort_key(name(row))))
    names, texts, about = [name(row) for row in shown], [printer.value(row) for row in shown], shown[0]
    heads = [label(language, "column", code) for code in ("area", "result")]
    table = dict(zip(heads, [names, texts]))
    fields = {
        "indicator": in_language(about, language),
        "best": names[0],
        "best_value": texts[0],
        "worst": names[-1],
        "worst_value": texts[-1],
        "measure": printer.unit(about.measure),
        "period": review.period.label(language, "heading_to_date"),
    }
    return _bars(names, [row.value for row in shown], texts, language, "areas", table, **fields)


def _counted(counts: pd.Series, group: str, language: str, code: str, head: str, **fields) -> alt.LayerChart:
    """Bars of counts by status."""
    names, sizes = [label(language, group, status) for status in counts.index], counts.tolist()
    texts = list(map(str, sizes))
    table = {head: names, label(language, "column", "total"): texts}
    return _bars(names, sizes, texts, language, code, table, **fields)


def _bars(names: list[str], sizes: list[float], texts: list[str], language: str, code: str, table, **fields) -> alt.LayerChart:  # fmt: skip
    """Bars with their text at the end."""
    tips = [f"{name}: {text}" for name, text in zip(names, texts)]
    data = {"label": theme.wrapped(names), "size": list(map(float, sizes)), "text": texts, "tip": tips}
    rows, largest = Rows.of(data["label"]), max(*data["size"], 0.0) or 1
    domain, span = (0, largest), (rows.left, WIDTH - theme.room(texts))
    base = Layer().encode(y=rows.y(), x=theme.x("size", domain, span))
    chart = [
        rows.named(),
        base.mark_bar(height=rows.bar, yOffset=rows.down, color=theme.BAR).encode(tooltip=TIP),
        base.mark_text(align="left", baseline="middle", dx=6, dy=rows.down).encode(text=TEXT),
    ]
    return theme.finished(chart, data, rows.height, language, code, table, **fields)


def _grouped(frame: pd.DataFrame, names: list[str], group: str, review: Review, language: str, code: str, **fields):
    """Bands of each group, as `_stacked` draws them."""
    counts, labels = frame[list(review.bands.index)].to_dict("records"), theme.wrapped(names)
    rows = zip(labels, ({group: f"{group}:{code}"} for code in frame.index), counts)
    head = label(language, "column", group)
    return _stacked(rows, review, language, code, head, dt=_noun(review, language), **fields)


def _stacked(counted, review: Review, language: str, code: str, head: str, bar: int = 20, **fields):
    """Bars of counts, one a name, its bands side by side from best to worst, each with its number. `counted`: name, the
    fields that are picked with it, count by band."""
    printer, order = Printer(review.data.settings, language), list(review.bands.index)
    cells, texts = [], {}
    for name, about, counts in counted:
        end = 0
        for band in sorted((band for band, n in counts.items() if n), key=order.index):
            n, start, end = counts[band], end, end + counts[band]
            tip = f"{name} · {printer.band(band)}: {n}"
            cells.append({"label": name, **about, "band": band, "count": n, "start": start, "end": end,
                          "middle": end - n / 2, "text": str(n), "tip": tip})  # fmt: skip
            texts.setdefault(name, {})[band] = str(n)
    data = {field: [cell[field] for cell in cells] for field in cells[0]}
    rows = Rows.of(texts, bar)
    domain, span = (0, max(cell["end"] for cell in cells)), (rows.left, WIDTH - 1)
    base = Layer().encode(y=rows.y(), tooltip=TIP)
    focus = theme.in_focus() if {"owner", "pillar"} & set(data) else {}
    chart = [
        rows.named(),
        base.mark_bar(height=bar, yOffset=rows.down, **_OUTLINE).encode(
            x=theme.x("start", domain, span), x2=alt.X2(field="end"), color=theme.shades(_ids(review)), **focus
        ),
        base.mark_text(baseline="middle", fontWeight="bold", dy=rows.down + 1).encode(
            x=theme.x("middle", domain, span),
            text=TEXT,
            color=theme.shade_ink(_ids(review)),
        ),
    ]
    shown = [band for band in order if any(band in row for row in texts.values())]
    table = {head: list(texts)}
    table |= {printer.band(band): [row.get(band, NONE) for row in texts.values()] for band in shown}
    return theme.finished(chart, data, rows.height, language, code, table, _legend(review, language, shown), **fields)


def _legend(review: Review, language: str, shown: Sequence[str]) -> list[tuple[str, str]]:
    printer, ids = Printer(review.data.settings, language), _ids(review)
    return [(theme.shade(band, ids), printer.band(band)) for band in review.bands.index if band in shown]


def _ids(review: Review) -> list[str]:
    return [band.id for band in review.band_set]


def pillar_name(review: Review, code: str, language: str) -> str:
    named = review.data.settings.pillars.get(code)
    return named[language] if named else label(language, "word", "no_pillar")


def _noun(review: Review, language: str) -> str:
    return review.data.settings.counted[language]
