"""reports/index.html: every current report on one page, so that a reader finds one without knowing our folders.

Made of pointers and figures.json alone; reports may come from anyone, so what they hold is text and nothing else. The
page needs no server, no network and no script: the script in it only searches.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from dxlib import disk, forms, manifest
from dxlib.messages import LANGUAGES, DxError, label
from dxlib.period import Period, UnknownPeriod, format_date

PAGE = "index.html"
SCALE = 4  # shades of bands, from the best to the worst; further classes stand apart
_TEXTS = ("package", "as_of", "checksum")
_TEXTS_SINCE = ("place", "slice", "area", "tag", "state", "illustrative")  # that an older report may lack
_APART = ("not_met", "not_assessed")
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Entry:
    """A current report in one language: what the list shows of it, and where it stands."""

    package: str
    period: Period
    language: str
    notebook: str
    place: str
    area: str
    tag: str
    slice: str
    as_of: dt.date
    checksum: str
    state: str
    illustrative: str
    bands: tuple[tuple[str, str, int], ...]  # class of its shade, name, count
    page: str
    pdf: str

    @property
    def subject(self) -> tuple:
        """What it reports on: the same figures in another language have the same."""
        return self.package, self.period, self.notebook, self.area, self.tag, self.as_of, self.checksum


def refresh(out: Path) -> Path:
    """Make the index page of a folder of reports anew, from what is current now. Raises DxError ("shelf")."""
    from filelock import FileLock, Timeout

    path = out / PAGE
    try:
        locks = out / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        with FileLock(locks / "index.lock", timeout=60):  # the last to write has seen every report made before
            disk.replace(path, page(entries(out)).encode())
    except (OSError, Timeout) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise DxError("shelf", path=str(path), cause=cause) from None
    return path


def entries(out: Path) -> list[Entry]:
    """Every current report under a folder, the newest period first; what is damaged is left out."""
    found = [entry for pointer in sorted(out.glob("*/*/*.json")) if (entry := _entry(out, pointer)) is not None]
    found.sort(key=lambda entry: (entry.package, entry.notebook, entry.area, entry.tag, LANGUAGES.index(entry.language)))
    return sorted(found, key=lambda entry: (entry.period.year, entry.period.quarter, entry.as_of), reverse=True)


def page(found: list[Entry]) -> str:
    """The index page of these reports: one item for each set of figures, with a link for each language it is in."""
    from jinja2 import Environment, FileSystemLoader

    template = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True).get_template("shelf.html.j2")
    script = (_TEMPLATES / "shelf.js").read_text(encoding="utf-8")
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    groups: dict[tuple, list[Entry]] = {}
    for entry in found:
        groups.setdefault(entry.subject, []).append(entry)
    return template.render(
        groups=list(groups.values()),
        languages=LANGUAGES,
        text=lambda code, language, **fields: label(language, "shelf", code, **fields),
        searched=lambda group: " ".join(_words(group)),
        heading=lambda entry: entry.period.label(entry.language, "heading_to_date"),
        known=_known,
        style=(_TEMPLATES / "shelf.css").read_text(encoding="utf-8"),
        script=script,
        hashed=hashed,
    )


def _words(group: list[Entry]) -> Iterator[str]:
    """What a search finds a report by, beside what its item shows: its names in every language that it is in."""
    for entry in group:
        yield from (str(entry.period), entry.period.label(entry.language), entry.place, entry.slice)


def _known(entry: Entry) -> str:
    return label(entry.language, "word", "known_as_of", date=format_date(entry.as_of, entry.language))


def _entry(out: Path, pointer: Path) -> Entry | None:
    try:
        run = json.loads(pointer.read_text(encoding="utf-8"))["run"]
        folder = pointer.parent / run
        if Path(run).name != run or not (folder / manifest.PAGE).is_file():
            return None
        figures = json.loads((folder / manifest.FIGURES).read_text(encoding="utf-8"))
        texts = {name: figures[name] for name in _TEXTS} | {name: figures.get(name) or "" for name in _TEXTS_SINCE}
        if figures["language"] not in LANGUAGES or not all(map(_is_text, texts.values())):
            return None
        texts["state"] = texts["state"] or label(figures["language"], "word", "draft")
        return Entry(
            **{**texts, "place": texts["place"] or texts["package"], "as_of": dt.date.fromisoformat(texts["as_of"])},
            period=Period.parse(figures["period"]),
            language=figures["language"],
            notebook=pointer.stem.split(f".{figures['language']}")[0],
            bands=tuple(_bands(figures.get("bands", []))),
            page=_link(out, folder / manifest.PAGE),
            pdf=_link(out, folder / forms.PDF) if (folder / forms.PDF).is_file() else "",
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, UnknownPeriod):
        return None


def _bands(given: list[dict]) -> Iterator[tuple[str, str, int]]:
    step = 0
    for band in given:
        apart = band["band"] in _APART
        shade = band["band"] if apart else f"band-{min(step, SCALE - 1)}"
        step += not apart
        if not _is_text(band["label"]) or not isinstance(band["count"], int) or band["count"] < 0:
            raise ValueError
        if band["count"]:
            yield shade, band["label"], band["count"]


def _is_text(value: object) -> bool:
    """Whether it is text that a file can hold: half of a pair of surrogates is none."""
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)


def _link(out: Path, path: Path) -> str:
    return quote(path.relative_to(out).as_posix())
