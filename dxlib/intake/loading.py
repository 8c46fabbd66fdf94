"""Senders' files into the data package: drafted in children, checked together, decided file by file, loaded as one."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import gc
import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from dxlib import journal
from dxlib.dataset import Dataset, load
from dxlib.folders import find
from dxlib.intake.additions import Addition, additions
from dxlib.intake.appending import appended, described
from dxlib.intake.content import checked, owner_of_all
from dxlib.intake.context import packed
from dxlib.intake.drafting import Draft, place_of
from dxlib.intake.opening import POOL, open_books
from dxlib.intake.sheets import Finding, Refused
from dxlib.messages import DxError
from dxlib.period import Period, UnknownPeriod

INBOX = "inbox"
STATES = ("taken", "returned", "refused", "known")


@dataclass(frozen=True)
class Outcome:
    """What became of a file: taken, returned (with `findings`), refused (`refusal` says why), known (taken in before)."""

    path: Path
    state: str
    draft: Draft | None = None
    refusal: Refused | None = None
    findings: tuple[Finding, ...] = ()
    added: int = 0  # rows of tables
    left_out: tuple[tuple[str, int], ...] = ()  # sheet and row of what was not taken, with --accept-good-rows

    @property
    def errors(self) -> int:
        return sum(one.level == "error" for one in self.findings)


@dataclass
class _File:
    """A file on its way."""

    path: Path
    draft: Draft
    findings: list[Finding] = field(default_factory=list)
    bad: set[tuple[str, int]] = field(default_factory=set)
    unusable: bool = False

    def fit(self, accept_good_rows: bool) -> bool:
        """Whether it may be taken: without an error, or with some row that has none where that is asked for."""
        if self.unusable or (self.bad and not accept_good_rows):
            return False
        return not self.bad or any((row.sheet, row.row) not in self.bad for row in self.draft.rows)

    def tell(self, findings: Iterable[Finding], rows: bool = True) -> None:
        for one in findings:
            self.findings.append(one)
            if one.level == "error":
                if rows and one.ref:
                    self.bad.add(place_of(one))
                else:
                    self.unusable = True


def take_in(
    paths: Iterable[str | Path],
    folder: str | Path,
    period: str = "",
    sender: str = "",
    accept_good_rows: bool = False,
    received: dt.date | None = None,
    notice: Callable[[int], None] = lambda done: None,
    workers: int | None = None,
    dry: bool = False,
) -> list[Outcome]:
    """Take senders' files into a data package, as one transaction.

    Parameters: `paths`; `folder` of the package; `period` and `sender` (an id of owners or areas) where the files do
    not say them, or must say these; `accept_good_rows`: a file with errors is taken without the rows that have them;
    `received`: the day they came (default: today); `notice` is told after each file how many are read; `dry`: nothing
    is loaded. Returns an Outcome a file, in the order given. Raises DxError for a package that cannot be read or
    written; Ctrl-C leaves the package as it was.
    """
    with _collecting_later():
        return _take_in(paths, find(folder), period, sender, accept_good_rows, received, notice, workers, dry)


@contextlib.contextmanager
def _collecting_later() -> Iterator[None]:
    """No look for cycles while tens of thousands of rows are made; a fifth of the time otherwise."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _take_in(paths, place: Path, period, sender, accept_good_rows, received, notice, workers, dry) -> list[Outcome]:
    try:
        period = str(Period.parse(period)) if period else ""
    except UnknownPeriod:
        raise DxError("period", found=period) from None
    today = dt.date.today()
    received = received or today
    paths = [Path(path) for path in paths]
    POOL.warm(len(paths) if workers is None else min(workers, len(paths)))  # they start while the package is read
    with journal.alone(place):
        data = load(place)
        if sender and sender not in {*data["owners"]["owner"], *data["areas"]["area"]}:
            known = ", ".join([*data["owners"]["owner"], *data["areas"]["area"].unique()])
            raise DxError("sender", package=data.settings.name, found=sender, known=known)
        outcomes: dict[int, Outcome] = {}
        files: dict[int, _File] = {}
        fresh = dict(_fresh(paths, data, outcomes))
        context, places = packed(data, period, sender), {}
        notice(len(outcomes))
        read = open_books(fresh.values(), job="dxlib.intake.drafting:draft", workers=workers, context=context)
        for done, (n, (path, draft)) in enumerate(zip(fresh, read), 1):
            notice(done + len(outcomes) - sum(m in fresh for m in outcomes))
            if isinstance(draft, Refused):
                outcomes[n] = Outcome(path, "refused", refusal=draft)
                continue
            files[n] = _File(path, _sent_by(_sharing(draft, places), data), bad=set(draft.bad), unusable=draft.unusable)
            files[n].findings += draft.findings
            files[n].tell(_headed(files[n].draft, data, today))
        usable = {n: file for n, file in files.items() if file.fit(accept_good_rows)}
        for group in (usable, {n: file for n, file in files.items() if n not in usable}):
            told = checked(data, {n: file.draft for n, file in group.items()}, {n: file.bad for n, file in group.items()}, today)
            for n, findings in told.items():
                group[n].tell(findings)
        taken = {n: file for n, file in usable.items() if file.fit(accept_good_rows)}
        made = additions(data, {n: (f.draft, f.findings, f.bad) for n, f in taken.items()}, received, today)
        if taken and not dry:
            _commit(place, data, taken, made)
    for n, file in files.items():
        state = "taken" if n in taken else "returned"
        added = sum(len(rows) for rows in made[n].rows.values()) if n in made else 0
        left = tuple(sorted(file.bad)) if n in taken else ()
        outcomes[n] = Outcome(file.path, state, file.draft, None, _ordered(file.findings), added, left)
    return [outcomes[n] for n in sorted(outcomes)]


def _fresh(paths: list[Path], data: Dataset, outcomes: dict[int, Outcome]) -> Iterator[tuple[int, Path]]:
    """The files that were not taken in before, by their place in the list; the others are told as known."""
    came = data["submissions"]
    known = set(came.loc[came["state"] == "accepted", "sha256"]) - {""}
    for n, path in enumerate(paths):
        sha256 = ""
        if path.is_file() and path.stat().st_size < 100_000_000:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 and sha256 in known:
            outcomes[n] = Outcome(path, "known")
            continue
        known.add(sha256)
        yield n, path


def _sharing(draft: Draft, places: dict) -> Draft:
    """The draft with the places of its rows' cells shared with other drafts: forms of one make-up have the same ones."""
    rows = tuple(replace(row, refs=places.setdefault(tuple(row.refs.items()), row.refs)) for row in draft.rows)
    return replace(draft, rows=rows)


def _sent_by(draft: Draft, data: Dataset) -> Draft:
    """The draft with its sender: where the file does not say, the one agency that answers for all its indicators, or the
    one area that all its rows are about."""
    if draft.sender or not draft.rows or not draft.period:
        return draft
    return replace(draft, sender=owner_of_all(data, draft))


def _headed(draft: Draft, data: Dataset, today: dt.date) -> list[Finding]:
    """What is wrong with the sender or the period of a file as a whole."""
    found, senders = [], {*data["owners"]["owner"], *data["areas"]["area"]}
    if draft.period and (draft.sender not in senders) and (draft.sender or draft.kind != "json"):
        found.append(Finding("sender_unknown", "error", found=draft.sender or "-"))
    if draft.period and Period.parse(draft.period).previous.last_day >= today:
        found.append(Finding("period_future", "error", found=draft.period))
    return found


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by place; the same thing once."""
    levels = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(dict.fromkeys(findings), key=lambda one: (levels[one.level], one.sheet, place_of(one)[1])))


def _commit(place: Path, data: Dataset, taken: dict[int, _File], made: dict[int, Addition]) -> None:
    """Write the new tables beside, read them back, and put them and the senders' files in their places, all or none."""
    rows: dict[str, list[dict]] = {}
    for n in sorted(taken):
        for table, added in made[n].rows.items():
            rows.setdefault(table, []).extend(added)
    rows = {table: added for table, added in rows.items() if added}
    tables = {table: appended(place / f"{table}.csv", table, added) for table, added in rows.items()}
    files: dict[str, bytes | journal.Copy] = {f"{table}.csv": content for table, content in tables.items()}
    about = described(place, tables)
    if about is not None:
        files["datapackage.json"] = about
    for file in taken.values():
        name = f"{INBOX}/{file.draft.sha256}{file.path.suffix.lower()}"
        if not (place / name).exists():
            files[name] = journal.Copy(file.path, file.draft.sha256)
    _readable(place, data, rows)
    journal.replace(place, files)


def _readable(place: Path, data: Dataset, rows: dict[str, list[dict]]) -> None:
    """See that the new rows can be read, beside the ids that they name, before any table gets its new form; DataError
    otherwise. What stands already was read when the intake began."""
    import tempfile

    from dxlib import reading, schema

    with tempfile.TemporaryDirectory(dir=place / journal.FOLDER, prefix="new-") as beside:
        for path in place.glob("*.csv"):
            copy, table = Path(beside) / path.name, path.stem
            if table in rows:
                copy.write_bytes(appended(copy, table, rows[table]))
            elif table in schema.IDS:
                copy.write_bytes(path.read_bytes())
            elif table in schema.REQUIRED:
                with path.open(encoding="utf-8-sig", newline="") as lines:
                    first = list(itertools.islice(csv.reader(lines), 2))
                with copy.open("w", encoding="utf-8", newline="") as lines:
                    csv.writer(lines).writerows(first)
        for table in rows.keys() - {path.stem for path in place.glob("*.csv")}:
            (Path(beside) / f"{table}.csv").write_bytes(appended(Path(beside) / f"{table}.csv", table, rows[table]))
        reading.read(Path(beside), data.settings)


def when(text: str) -> dt.date | None:
    """A day as the user gives it (2024-06-18), None for none; DxError otherwise."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise DxError("as_of", found=text) from None


