"""The report's charts: a Review in, an altair chart out. One function a chart, one theme, no arithmetic.

A title says the finding, a subtitle the measure. Numbers reach a chart as text, rounded already, so that no
JavaScript rounds again. Bands differ in shade and carry their number, so that a grey print keeps them apart; the
shades are used for nothing else. Field names are fixed: text from the data never becomes part of an expression.
"""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from dxlib import drawing
from dxlib import tasks as _tasks
from dxlib.lines import Lines
from dxlib.messages import label
from dxlib.names import sort_key
from dxlib.period import ROMAN, format_date
from dxlib.printing import Printer, edges_of
from dxlib.reviews import Review
from dxlib.wording import band_counts

WIDTH, NAMES = 640, 270  # of a chart, and of the names down its side
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT = "#1d2733", "#5b6672"
# From dark to light, best to worst; then the classes that stand apart.
SHADES = ("#0a4a7d", "#4d8cc0", "#a3c8e4", "#e3edf5")
LIGHT_INK = ("#ffffff", "#ffffff", INK, INK)
APART = {"not_met": "#d9d9d9", "not_assessed": "#ffffff"}
ACCENT = "#0a4a7d"
THEME = {
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "labelColor": INK, "grid": False},
    "title": {"fontSize": 15, "subtitleFontSize": 12, "color": INK, "subtitleColor": SOFT, "offset": 12},
    "legend": {"labelFontSize": 12, "labelColor": INK},
    "text": {"fontSize": 12},
}


def enable() -> None:
    """Show charts as static SVG, in this session: offline, in print, and without JavaScript."""
    from IPython import get_ipython

    alt.renderers.enable("dx")
    if (shell := get_ipython()) and drawing.is_left_to_the_run():
        alt.utils.schemapi.disable_debug_mode()  # a specification is checked once, when it is shown
        shell.display_formatter.mimebundle_formatter.for_type(alt.TopLevelMixin, _bundle)


def _bundle(chart: alt.TopLevelMixin, **_) -> dict:
    """What a run shows of a chart: this module's own, known by their theme, have been checked by its tests."""
    return renderer(chart.to_dict(validate=getattr(chart, "config", None) is not THEME))


def renderer(spec: dict, **_) -> dict:
    """What altair's renderer `dx` shows of a chart: its SVG, and its specification for who wants to go on."""
    shown = {drawing.SPEC: spec, "text/plain": spec.get("description", "")}
    return shown if drawing.is_left_to_the_run() else {drawing.SVG: drawing.svg(spec), **shown}


def bands(review: Review, language: str) -> alt.Chart:
    """How many targets stand in each band, with the same period of last year under it. A row: period x band."""
    counts, settings = band_counts(review), review.data.settings
    now = review.period.label(language, "heading")
    rows = [(now, band, n) for band, n in counts.items() if n]
    if review.bands["last_year"].notna().any():
        then = review.period.same_last_year.label(language, "heading")
        rows += [(then, band, int(n)) for band, n in review.bands["last_year"].items() if n]
    frame = pd.DataFrame(rows, columns=["group", "band", "count"])
    fields = {
        "met": counts.get(review.band_set[0].id, 0),
        "total": sum(counts.values()),
        "dt": settings.counted[language],
        "year": review.period.year,
    }
    chart = _stacked(frame, review, language, list(dict.fromkeys(frame["group"])), row_height=34)
    return _titled(chart, language, "bands", **fields)


def pace(review: Review, language: str) -> alt.Chart | Lines:
    """How many targets are ahead, on track, behind; nothing where no pace is known. A row: pace."""
    if review.paces.drop("not_determined").sum() == 0:
        return Lines()
    counts = review.paces[review.paces > 0]
    names = [label(language, "pace", code) for code in counts.index]
    frame = pd.DataFrame({"label": names, "count": counts.to_numpy(), "text": counts.astype(str).to_numpy()})
    edges = {band.id: band.edge for band in review.data.settings.pace}
    good = sum(n for code, n in counts.items() if (edges.get(code) or 0) >= 100)
    chart = _bars(frame, "label", "count", names, ACCENT)
    plan = review.period.label(language, "plan")
    return _titled(chart, language, "pace", good=good, total=int(counts.sum()), dt=_noun(review, language), plan=plan)


def headlines(review: Review, language: str) -> alt.Chart:
    """Bullet graphs of the headline indicators: actual (bar), plan (stroke), same period last year (dot).

    Each row has its own scale, from zero to the largest of its three figures. A row: indicator.
    """
    printer, rows = Printer(review.data.settings, language), []
    frame = review.headlines[review.headlines["value"].notna()]
    for row, name in zip(frame.itertuples(), _labels(frame, f"name_{language}")):
        figures = {"actual": row.value, "plan": row.target, "last_year": row.last_year_value}
        largest = max((x for x in figures.values() if not pd.isna(x)), default=0) or 1
        shares = {name: x / largest for name, x in figures.items()}
        rows.append({"label": name, "text": printer.pair(row), **shares})
    data = pd.DataFrame(rows, columns=["label", "text", "actual", "plan", "last_year"])
    base = alt.Chart(data).encode(y=_names(list(data["label"])))
    scale = alt.Scale(domain=[0, 1.5], nice=False)
    x = lambda field: alt.X(field, type="quantitative", scale=scale, axis=None)  # noqa: E731
    chart = alt.layer(
        base.mark_bar(height=14, color=ACCENT).encode(x=x("actual")),
        base.transform_filter("isValid(datum.plan)").mark_tick(color=INK, thickness=3, size=24).encode(x=x("plan")),
        base.transform_filter("isValid(datum.last_year)")
        .mark_point(color=INK, fill="#ffffff", size=40, opacity=1)
        .encode(x=x("last_year")),
        base.mark_text(align="left", color=INK, fontWeight="bold").encode(
            x=alt.datum(1.04, type="quantitative", scale=scale, axis=None), text="text"
        ),
        width=WIDTH - NAMES,
        height={"step": 46},
    )
    year = review.period.year
    return _titled(chart, language, "headlines", year=year, last_year=year - 1)


def progress(review: Review, language: str) -> alt.Chart:
    """Percent of the year's plan of every target that has one, highest first, cut at 200. A row: target."""
    printer, edges = Printer(review.data.settings, language), edges_of(review)
    frame = review.progress[review.progress["percent"].notna()].sort_values("percent", ascending=False, kind="stable")
    data = pd.DataFrame(
        {
            "label": _labels(frame, f"name_{language}"),
            "band": frame["band"].astype("object"),
            "percent": frame["percent"].clip(0, 200),
            "beside": frame["percent"].clip(100, 200),  # prints stand clear of the stroke at 100
            "text": [printer.percent(x, edges) for x in frame["percent"]],
        }
    )
    base = alt.Chart(data).encode(y=_names(list(data["label"])))
    scale = alt.Scale(domain=[0, 230], nice=False)
    x = alt.X("percent:Q", scale=scale, axis=None)
    colour = alt.Color("band:N", scale=_shades(review), legend=None)
    chart = alt.layer(
        base.mark_bar(height=13, stroke=SOFT, strokeWidth=0.5).encode(x=x, color=colour),
        base.mark_tick(color=INK, thickness=1.5, size=20).encode(
            x=alt.datum(100, type="quantitative", scale=scale, axis=None)
        ),
        base.mark_text(align="left", dx=5, color=INK).encode(
            x=alt.X("beside:Q", scale=scale, axis=None), text="text:N"
        ),
        width=WIDTH - NAMES,
        height={"step": 46},
    )
    return _titled(chart, language, "progress", dt=_noun(review, language), year=review.period.year)


def trend(review: Review, language: str) -> alt.Chart:
    """Percent of the year's plan of every target, quarter by quarter since last year. A row: target x quarter."""
    printer, edges = Printer(review.data.settings, language), edges_of(review)
    names = dict(zip(review.progress["indicator"], _labels(review.progress, f"name_{language}")))
    frame = review.trend
    quarters = sorted(frame["period"].unique())
    data = pd.DataFrame(
        {
            "label": frame["indicator"].map(names),
            "quarter": frame["period"].map(_quarter),
            "band": frame["band"].astype("object"),
            "text": [printer.percent(x, edges) for x in frame["percent"]],
        }
    )
    order = [_quarter(quarter) for quarter in quarters]
    base = alt.Chart(data).encode(
        x=alt.X(
            "quarter:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)
        ),
        y=_names(list(dict.fromkeys(data["label"]))),
    )
    dark = [band.id for band, ink in zip(review.band_set, LIGHT_INK) if ink != INK]
    chart = alt.layer(
        base.mark_rect(stroke="#ffffff", strokeWidth=2).encode(
            color=alt.Color("band:N", scale=_shades(review), legend=None)
        ),
        base.mark_text(fontSize=10).encode(
            text="text:N",
            color=alt.condition(
                alt.FieldOneOfPredicate(field="band", oneOf=dark), alt.value("#ffffff"), alt.value(INK)
            ),
        ),
        width=WIDTH - NAMES,
        height={"step": 46},
    )
    return _titled(chart, language, "trend", last_year=review.period.year - 1, dt=_noun(review, language))


def pillars(review: Review, language: str) -> alt.Chart | Lines:
    """Bands by field; nothing where no target has one. A row: field x band."""
    if set(review.pillars.index) <= {""}:
        return Lines()
    names = {code: item[language] for code, item in review.data.settings.pillars.items()}
    frame = review.pillars.rename(index=lambda code: names.get(code, label(language, "word", "no_pillar")))
    return _grouped(frame, review, language, "pillars")


def owners(review: Review, language: str) -> alt.Chart | Lines:
    """Bands by owner, most behind first; nothing where no target names one. A row: owner x band."""
    if set(review.owners.index) <= {""}:
        return Lines()
    frame = review.owners[review.owners["total"] > 0]
    frame = frame.rename(index=lambda code: review.owner_name(code, language) or label(language, "word", "no_owner"))
    return _grouped(frame, review, language, "owners")


def tasks(review: Review, language: str) -> alt.Chart | Lines:
    """Tasks by status; nothing where there are none. A row: status."""
    if review.tasks.empty:
        return Lines()
    counts = _tasks.counts(review.tasks)
    counts = counts[counts > 0]
    names = [label(language, "task", code) for code in counts.index]
    frame = pd.DataFrame({"label": names, "count": counts.to_numpy(), "text": counts.astype(str).to_numpy()})
    chart = _bars(frame, "label", "count", names, ACCENT)
    done = int(counts.reindex(list(_tasks.GROUPS["done"]), fill_value=0).sum())
    date = format_date(review.as_of, language)
    return _titled(chart, language, "tasks", done=done, total=int(counts.sum()), date=date)


def all_areas(review: Review, language: str) -> list[alt.Chart]:
    """`areas` for every indicator that has values within this area."""
    known = review.areas[review.areas["value"].notna()] if len(review.areas) else review.areas
    return [areas(review, language, indicator) for indicator in known["indicator"].unique()]


def areas(review: Review, language: str, indicator: str) -> alt.Chart:
    """Areas compared in one indicator, best first. A row: area with a value."""
    printer = Printer(review.data.settings, language)
    frame = review.areas[(review.areas["indicator"] == indicator) & review.areas["value"].notna()]
    frame = frame.assign(_name=frame[f"area_{language}"].map(sort_key)).sort_values(["rank", "_name"], kind="stable")
    data = pd.DataFrame(
        {
            "label": _labels(frame, f"area_{language}"),
            "value": frame["value"],
            "text": [printer.value(row) for row in frame.itertuples()],
        }
    )
    chart = _bars(data, "label", "value", list(data["label"]), ACCENT)
    about, ends = frame.iloc[0], [data.iloc[0], data.iloc[-1]]
    return _titled(
        chart,
        language,
        "areas",
        indicator=about[f"name_{language}"],
        best=ends[0]["label"],
        best_value=ends[0]["text"],
        worst=ends[1]["label"],
        worst_value=ends[1]["text"],
        measure=printer.unit(about["measure"]),
        period=review.period.label(language, "heading_to_date"),
    )


def _grouped(frame: pd.DataFrame, review: Review, language: str, code: str) -> alt.Chart:
    counts = (
        frame[list(review.bands.index)].reset_index(names="group").melt("group", var_name="band", value_name="count")
    )
    counts = counts[counts["count"] > 0]
    chart = _stacked(counts, review, language, list(frame.index), row_height=26)
    return _titled(chart, language, code, dt=_noun(review, language))


def _stacked(frame: pd.DataFrame, review: Review, language: str, groups: list[str], row_height: int) -> alt.Chart:
    """Bars of counts, one a group, its bands side by side from best to worst, each with its number."""
    printer = Printer(review.data.settings, language)
    order = {band: place for place, band in enumerate(review.bands.index)}
    data = frame.assign(place=frame["band"].map(order), label=[printer.band(band) for band in frame["band"]])
    data = data.sort_values(["group", "place"], kind="stable")
    after = data.groupby("group")["count"].cumsum()
    data = data.assign(
        start=after - data["count"], end=after, middle=after - data["count"] / 2, text=data["count"].astype(str)
    )
    shown = [band for band in order if band in set(data["band"])]
    base = alt.Chart(data).encode(y=_names(groups, "group"))
    scale = alt.Scale(domain=[0, int(after.max())], nice=False)
    dark = [band.id for band, ink in zip(review.band_set, LIGHT_INK) if ink != INK]
    legend = alt.Legend(
        orient="bottom", title=None, columns=6, symbolType="square", symbolStrokeWidth=0.5, symbolStrokeColor=SOFT
    )
    colours = _shades(review)
    label_scale = alt.Scale(
        domain=[printer.band(band) for band in shown],
        range=[dict(zip(colours.domain, colours.range))[band] for band in shown],
    )
    return alt.layer(
        base.mark_bar(height=row_height - 8, stroke=SOFT, strokeWidth=0.5).encode(
            x=alt.X("start:Q", scale=scale, axis=None),
            x2="end:Q",
            color=alt.Color("label:N", scale=label_scale, legend=legend),
        ),
        base.mark_text(fontSize=13, fontWeight="bold").encode(
            x=alt.X("middle:Q", scale=scale, axis=None),
            text="text:N",
            color=alt.condition(
                alt.FieldOneOfPredicate(field="band", oneOf=dark), alt.value("#ffffff"), alt.value(INK)
            ),
        ),
        width=WIDTH - 150,
        height={"step": row_height},
    )


def _bars(frame: pd.DataFrame, name: str, size: str, order: list[str], colour: str) -> alt.Chart:
    """Bars with their text at the end."""
    base = alt.Chart(frame).encode(
        y=_names(order),
        x=alt.X(
            f"{size}:Q",
            axis=None,
            scale=alt.Scale(domain=[0, float(frame[size].max() if len(frame) else 0) * 1.2 or 1], nice=False),
        ),
    )
    return alt.layer(
        base.mark_bar(height=16, color=colour),
        base.mark_text(align="left", dx=4, color=INK).encode(text="text:N"),
        width=WIDTH - NAMES,
        height={"step": 24},
    )


def _names(order: list[str], field: str = "label") -> alt.Y:
    """Names down the side, whole, in the given order."""
    lines = "length(split(datum.label, '\\n'))"  # centre a name of several lines on its row
    offset = {"condition": [{"test": f"{lines} == {n}", "value": -7 * (n - 1)} for n in (2, 3)], "value": 0}
    axis = alt.Axis(
        title=None,
        labelLimit=NAMES,
        labelExpr="split(datum.label, '\\n')",
        labelOffset=offset,
        domain=False,
        ticks=False,
        labelPadding=6,
    )
    return alt.Y(f"{field}:N", sort=order, axis=axis)


def _shades(review: Review) -> alt.Scale:
    """The one ordered scale of bands."""
    ids = [band.id for band in review.band_set]
    return alt.Scale(domain=[*ids, *APART], range=[*SHADES[: len(ids)], *APART.values()])


def _titled(chart: alt.Chart, language: str, code: str, **fields) -> alt.Chart:
    """The finished chart, in place: each method of altair that would do a part of this copies the whole chart."""
    finding = label(language, "chart", code, **fields)
    measure = label(language, "chart", f"{code}_sub", **fields)
    chart.title = {
        "text": textwrap.wrap(finding, 76), "subtitle": textwrap.wrap(measure, 96), "anchor": "start", "frame": "bounds",
    }  # fmt: skip
    chart.description = f"{finding}. {measure}"
    chart.padding, chart.background, chart.config = 4, "transparent", THEME
    return chart


def _labels(frame: pd.DataFrame, name: str) -> list[str]:
    """Names for the side of a chart, each wrapped; of equal ones the later get a mark that is not seen, so that each
    keeps a line of its own."""
    labels = frame[name].map(_wrapped)
    return [text + "\u200b" * n for text, n in zip(labels, labels.groupby(labels).cumcount())]


def _wrapped(name: str) -> str:
    """A name in lines that fit beside a chart, three at most."""
    return "\n".join(textwrap.wrap(name, 40, max_lines=3, placeholder=" …"))


def _quarter(period: str) -> str:
    """A quarter in the least room: I/24."""
    return f"{ROMAN[int(period[-1]) - 1]}/{period[2:4]}"


def _noun(review: Review, language: str) -> str:
    return review.data.settings.counted[language]
