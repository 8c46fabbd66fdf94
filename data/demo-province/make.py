"""Write the data package of a made-up province beside this file, the same bytes at every run.

What people would have typed (names, plans, values, causes, tasks) stands in source/, one table a file. This script
adds what follows from it: dates of reports, cases behind each rate, the communes' parts, revisions as later rows.

    python data/demo-province/make.py
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

import dxlib as dx  # noqa: E402
from dxlib import schema  # noqa: E402
from dxlib.period import Period, format_date  # noqa: E402

SEED = 2024
PROVINCE = "99"
PERIODS = [Period(year, quarter) for year in (2022, 2023, 2024) for quarter in (1, 2, 3, 4)]
REPORTED_FROM = Period(2023, 1)  # communes report, and submissions are registered, from here on
MADE_UP = "(minh họa)"

PLANS = {  # the plan of a year: day of the decision, number
    2022: (dt.date(2022, 1, 20), "Kế hoạch số 18/KH-UBND"),
    2023: (dt.date(2023, 1, 17), "Kế hoạch số 15/KH-UBND"),
    2024: (dt.date(2024, 1, 16), "Kế hoạch số 21/KH-UBND"),
}
# Raised in mid-year, as the committee decided in April (decision kl-13).
REVISED_TARGETS = [
    {
        "indicator": "chung-thuc", "area": PROVINCE, "year": 2024, "operator": "at_least", "value": 9000,
        "plan_q1": 2250, "plan_q2": 4500, "plan_q3": 6750, "plan_q4": 9000,
        "decided_on": dt.date(2024, 7, 12), "document": f"Quyết định số 1201/QĐ-UBND {MADE_UP}",
    }
]  # fmt: skip

# Senders whose report came after the meeting's "known as of", or never (None). Figures follow their report.
ABSENT = {
    ("2024-Q1", "so-vhttdl"): dt.date(2024, 4, 12),  # owns tasks only: every indicator can still be assessed
    ("2024-Q1", "99005"): dt.date(2024, 4, 15),
    ("2024-Q2", "so-nnptnt"): dt.date(2024, 7, 8),
    ("2023-Q3", "99010"): None,
    ("2024-Q3", "99011"): None,
}
LATE = {
    ("2024-Q1", "so-ct"): dt.date(2024, 3, 22),
    ("2024-Q1", "so-gddt"): dt.date(2024, 3, 25),
    ("2024-Q1", "99010"): dt.date(2024, 3, 22),
}
LATE_SHARE = 0.06  # of the other reports, outside the quarters named in LATE
RETURNED = {("2023-Q3", "so-ct"), ("2024-Q2", "so-gddt"), ("2024-Q2", "99012"), ("2024-Q3", "so-yt")}
NOT_YET_ACCEPTED = {("2024-Q4", "so-tnmt"), ("2024-Q4", "99006")}
DAYS_TO_REPORT = 6  # from the cut-off to the last day for reports
PROGRESS_DAY = 27  # of a quarter's last month: progress of tasks and decisions is entered

SEASON = (0.92, 1.02, 1.0, 1.06)  # files by quarter
# 10,472 of 18,700 is 56 % exactly, which is 70 % of the plan of 80: it belongs to "50% - 70%".
FIXED_CASES = {("so-hoa", "2024-Q1"): 18700}
# Indicators that communes report: their parts add up to the province, or they give a percent of their own.
IN_PARTS = ("ho-so-truc-tuyen", "cap-quang")
COUNTED_BY_COMMUNE = "chung-thuc"
PERCENT_BY_COMMUNE = "smartphone"
UNDATED = {"nv-12"}  # reported as done, without the day

NOT_STARTED = "Chưa triển khai"


def main() -> None:
    settings()
    for name, rows in {
        "meetings": meetings(),
        "indicators": indicators(),
        "targets": targets(),
        "observations": [*province_observations(), *commune_observations()],
        "areas": areas(),
        "owners": source("owners"),
        "explanations": explanations(),
        "tasks": tasks(),
        "task_reports": progress("tasks", "task"),
        "decisions": decisions(),
        "decision_reports": progress("decisions", "decision"),
        "expected": expected(),
        "submissions": submissions(),
    }.items():
        write(name, rows)
    print(dx.load(HERE))


# Reading and writing


def source(name: str) -> list[dict[str, str]]:
    with (HERE / "source" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(table: str, rows: list[dict]) -> None:
    """A table with its columns in the schema's order; columns that a row does not name are blank."""
    columns = list(schema.columns(table))
    with (HERE / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows([cell(row.get(column, "")) for column in columns] for row in rows)


def cell(value) -> str:
    if value is None:
        return ""
    return unicodedata.normalize("NFC", f"{value:g}" if isinstance(value, float) else str(value))


def dice(*key) -> random.Random:
    """A generator of its own for each use, so that a new row leaves all others as they were."""
    return random.Random(" ".join(map(str, (SEED, *key))))


# datapackage.json


def settings() -> None:
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "demo-province",
        "title": "Mục tiêu chuyển đổi số tỉnh Minh Họa (số liệu minh họa)",
        "description": "A made-up province: no place, agency, person, plan or figure here is real. "
        "Written by make.py to show every situation that a quarterly review meets.",
        "version": "1.0.0",
        "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
        "sources": [{"title": "Số liệu minh họa, không phải số liệu thật"}],
        "resources": [resource(name) for name in schema.TABLES if name not in ("published", "area_changes")],
        "dx": {
            "place": {"vi": "Tỉnh Minh Họa", "en": "Minh Hoa Province"},
            "area": PROVINCE,
            "illustrative": True,
            "counted": {"vi": "mục tiêu", "en": "targets"},
            **{name: [dict(zip(("id", "vi", "en"), row)) for row in rows] for name, rows in LISTS.items()},
        },
    }
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (HERE / "datapackage.json").write_bytes(unicodedata.normalize("NFC", text).encode())


def resource(table: str) -> dict:
    kinds = {"text": "string"}
    about = schema.TABLES[table].to_schema().columns
    fields = [
        {"name": name, "type": kinds.get(kind, kind), "description": about[name].description}
        for name, kind in schema.columns(table).items()
    ]
    return {
        "name": table,
        "type": "table",
        "path": f"{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": " ".join(schema.TABLES[table].__doc__.split()),
        "schema": {"fields": fields, "missingValues": [""]},
    }


LISTS = {
    "pillars": [
        ("chinh-quyen-so", "Chính quyền số", "Digital government"),
        ("kinh-te-so", "Kinh tế số", "Digital economy"),
        ("xa-hoi-so", "Xã hội số", "Digital society"),
        ("nen-tang-chung", "Nền tảng chung", "Shared foundations"),
    ],
    "tags": [
        ("de-an-06", "Đề án 06", "Project 06"),
        ("dich-vu-cong", "Dịch vụ công trực tuyến", "Online public services"),
        ("do-thi-thong-minh", "Đô thị thông minh", "Smart city"),
        ("cua-khau", "Cửa khẩu thông minh", "Smart border gate"),
        ("nong-thon-moi", "Nông thôn mới thông minh", "Smart new-rural communes"),
        ("y-te", "Y tế", "Health"),
        ("giao-duc", "Giáo dục", "Education"),
        ("khoi-dang", "Khối Đảng, MTTQ, các tổ chức chính trị - xã hội", "Party, Fatherland Front, mass organisations"),
        ("to-cong-nghe-so", "Tổ công nghệ số cộng đồng", "Community digital teams"),
        ("an-toan-thong-tin", "An toàn thông tin", "Information security"),
    ],
    "measures": [
        ("percent", "%", "%"),
        ("ban", "bản", "copies"),
        ("buoc", "bước", "step"),
        ("san-pham", "sản phẩm", "products"),
        ("luot-nguoi", "lượt người", "people"),
        ("xa", "xã", "communes"),
        ("thon", "thôn", "villages"),
        ("to-thon", "tổ/thôn", "teams per village"),
        ("hang", "hạng", "rank"),
        ("muc", "mức", "level"),
    ],
}


# The calendar: when data are cut off, reported, known, reviewed


def cut_off(period: Period) -> dt.date:
    return period.last_day.replace(day=14)


def known_as_of(period: Period) -> dt.date:
    return period.last_day + dt.timedelta(days=1)


def meeting_date(period: Period) -> dt.date:
    return workday(known_as_of(period) + dt.timedelta(days=2))


def workday(day: dt.date) -> dt.date:
    """The day itself, or the Monday after a weekend."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def due_on(period: Period) -> dt.date:
    return cut_off(period) + dt.timedelta(days=DAYS_TO_REPORT)


def received_on(period: Period, sender: str) -> dt.date | None:
    """The day on which a sender's report of a period came; None: it never came."""
    key = (str(period), sender)
    if key in ABSENT:
        return ABSENT[key]
    if key in LATE:
        return LATE[key]
    roll = dice("received", *key)
    if roll.random() < LATE_SHARE and str(period) not in {named for named, _ in LATE}:
        return workday(due_on(period) + dt.timedelta(days=roll.randint(1, 3)))
    days = [cut_off(period) + dt.timedelta(days=n) for n in range(1, DAYS_TO_REPORT + 1)]
    return roll.choice([day for day in days if day.weekday() < 5])


def number(period: Period, sender: str, symbol: str) -> str:
    return f"{dice('number', period.year, sender).randint(12, 40) + 61 * (period.quarter - 1)}/BC-{symbol}"


def report(period: Period, sender: str) -> dict | None:
    """The columns of a row that say where it comes from; None where the report never came."""
    day = received_on(period, sender)
    if day is None:
        return None
    words = f"Báo cáo số {number(period, sender, SYMBOLS.get(sender, 'UBND'))} {MADE_UP}"
    return {"reported_on": day, "recorded_at": workday(day + dt.timedelta(days=1)), "source": words}


def meetings() -> list[dict]:
    return [
        {
            "period": period,
            "cut_off": cut_off(period),
            "known_as_of": known_as_of(period),
            "meeting_date": meeting_date(period),
            "committee_vi": "Ban Chỉ đạo Chuyển đổi số tỉnh Minh Họa",
            "committee_en": "Steering Committee for Digital Transformation of Minh Hoa Province",
            "head": "Chủ tịch UBND tỉnh Minh Họa, Trưởng Ban Chỉ đạo",
            "secretariat_vi": "Sở Thông tin và Truyền thông",
            "secretariat_en": "Department of Information and Communications",
            "document": plan_document(period.year),
        }
        for period in PERIODS
    ]


def plan_document(year: int) -> str:
    day, words = PLANS[year]
    return f"{words} ngày {format_date(day, 'vi')} {MADE_UP}"


# Indicators, plans, areas


def indicators() -> list[dict]:
    constant = {"frequency": "quarter", "valid_from": dt.date(2022, 1, 1)}
    return [{**row, **constant} for row in source("indicators")]


def areas() -> list[dict]:
    province = {"area": PROVINCE, "name_vi": "Tỉnh Minh Họa", "name_en": "Minh Hoa Province", "level": "province"}
    return [province, *({**row, "level": "commune", "parent": PROVINCE} for row in COMMUNES)]


def targets() -> list[dict]:
    rows = []
    for year, (day, _) in PLANS.items():
        for plan in source("plans"):
            rows.append(
                {
                    "indicator": plan["indicator"],
                    "area": PROVINCE,
                    "year": year,
                    "operator": plan["operator"],
                    **planned(plan[str(year)]),
                    **by_quarter(plan.get(f"by_quarter_{year}", "")),
                    "decided_on": day,
                    "document": plan_document(year),
                }
            )
    return rows + REVISED_TARGETS


def planned(words: str) -> dict[str, str]:
    """A plan as source/plans.csv writes it: 80; 50..70 (between); 20 from 50 (down from a baseline)."""
    value, _, upper = words.partition("..")
    value, _, baseline = value.partition(" from ")
    return {"value": value, "upper": upper, "baseline": baseline}


def by_quarter(words: str) -> dict[str, str]:
    return {f"plan_q{n}": value for n, value in enumerate(words.split(";"), 1)}


# Observations


def province_observations() -> list[dict]:
    """Each value as its owner reported it, and again when it became final or was revised."""
    first = {(row["indicator"], row["period"]): row for row in source("irregular")}
    rows = []
    for line, (name, series) in enumerate(SERIES.items(), 7):
        owner = INDICATORS[name]["owner"]
        for period in PERIODS:
            told = first.get((name, str(period)), {})
            final = {"status": "A", **figures(name, period, series[str(period)])}
            now = final
            if told:
                now = {**figures(name, period, told["value"]), "qualifier": told["qualifier"]}
                now |= {"status": told["status"], "note": told["note"]}
            rows.append(observation(name, PROVINCE, period, now, report(period, owner), line))
            if told.get("final_in"):
                later = Period.parse(told["final_in"])
                final["note"] = told["final_note"]
                rows.append(observation(name, PROVINCE, period, final, report(later, owner), line))
    return rows


def observation(name: str, area: str, period: Period, figure: dict, where: dict, line: int) -> dict:
    return {
        "indicator": name,
        "area": area,
        "period": period,
        **figure,
        **where,
        "source_cell": f"Biểu 01, ô {'EFGH'[period.quarter - 1]}{line}",
    }


def figures(name: str, period: Period, value: str) -> dict:
    """What is reported for a value: the value itself, a stated band, or the cases behind a percent."""
    if INDICATORS[name]["kind"] == "qualitative":
        return {"stated_band": value}
    if not value and INDICATORS[name]["kind"] == "rate":
        return {"numerator": 0, "denominator": 0}  # no cases
    if not value or not SERIES[name]["cases"]:
        return {"value": value}
    whole = cases(name, period)
    part = round(float(value) * whole / 100)
    return {"value": f"{100 * part / whole:.1f}", "numerator": part, "denominator": whole}


def cases(name: str, period: Period) -> int:
    """All cases of a period: files rise and fall with the season, households and people only grow."""
    if fixed := FIXED_CASES.get((name, str(period))):
        return fixed
    base, quarters = int(SERIES[name]["cases"]), 4 * (period.year - 2022) + period.quarter - 1
    if INDICATORS[name]["kind"] == "stock":
        return round(base * (1 + 0.002 * quarters))
    return round(base * (1 + 0.008 * quarters) * SEASON[period.quarter - 1] * dice(name, period).uniform(0.97, 1.03))


def commune_observations() -> list[dict]:
    rows = []
    for period in PERIODS:
        if period < REPORTED_FROM:
            continue
        for line, name in enumerate((*IN_PARTS, COUNTED_BY_COMMUNE, PERCENT_BY_COMMUNE), 7):
            for commune, figure in zip(COMMUNES, by_commune(name, period)):
                if where := report(period, commune["area"]):
                    figure["status"] = "A"
                    rows.append(observation(name, commune["area"], period, figure, where, line))
    return rows


def by_commune(name: str, period: Period) -> list[dict]:
    """An indicator's figures in every commune, in the order of COMMUNES."""
    value = SERIES[name][str(period)]
    if name == PERCENT_BY_COMMUNE:
        return [{"value": f"{float(value) * lead:.1f}"} for lead in leads(name, period, weight=0.5)]
    if name == COUNTED_BY_COMMUNE:
        return [{"value": count} for count in counted(name, period)]
    whole = figures(name, period, value)
    weights = [share * dice(name, n).uniform(0.92, 1.08) for n, share in enumerate(SHARES)]
    wholes = apportion(whole["denominator"], weights)
    parts = apportion(whole["numerator"], [all_ * lead for all_, lead in zip(wholes, leads(name, period))])
    return [
        {"value": f"{100 * part / all_:.1f}", "numerator": part, "denominator": all_}
        for part, all_ in zip(parts, wholes)
    ]


def counted(name: str, period: Period) -> list[int]:
    """A running count by commune: what every quarter of the year so far added, shared out and summed."""
    total, before = [0] * len(COMMUNES), 0
    for quarter in period.to_date:
        value = int(SERIES[name][quarter])
        added = apportion(value - before, [s * lead for s, lead in zip(SHARES, leads(name, Period.parse(quarter)))])
        total, before = [a + b for a, b in zip(total, added)], value
    return total


def leads(name: str, period: Period, weight: float = 1.0) -> list[float]:
    """How far each commune is ahead of (over 1) or behind the province, a little different each quarter."""
    return [
        1 + weight * (float(row["lead"]) - 1) + dice(name, period, row["area"]).uniform(-0.02, 0.02) for row in COMMUNES
    ]


def apportion(total: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to the weights that sum to the total (largest remainders)."""
    exact = [total * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: whole[n] - exact[n])
    for n in by_rest[: total - sum(whole)]:
        whole[n] += 1
    return whole


# Explanations, tasks, decisions


def explanations() -> list[dict]:
    rows = []
    for row in source("explanations"):
        where = report(Period.parse(row["period"]), INDICATORS[row["indicator"]]["owner"])
        rows.append({**row, "area": PROVINCE, "recorded_at": where["recorded_at"], "source": where["source"]})
    return rows


def tasks() -> list[dict]:
    rows = []
    for row in source("tasks"):
        day = dt.date.fromisoformat(row["assigned_on"])
        with_plan = PLANS[day.year][0] == day
        letter = f"Công văn của UBND tỉnh ngày {format_date(day, 'vi')} {MADE_UP}"
        document = plan_document(day.year) if with_plan else letter
        rows.append({**row, "document": document})
    return rows


def decisions() -> list[dict]:
    rows = []
    for number_, row in enumerate(source("decisions"), 1):
        day = meeting_date(Period.parse(row["period"]))
        document = f"Thông báo số {10 + 3 * number_}/TB-BCĐ ngày {format_date(day, 'vi')} {MADE_UP}"
        rows.append({**row, "decided_on": day, "document": document})
    return rows


def progress(table: str, key: str) -> list[dict]:
    """One row a quarter from the assignment until the end, entered when the owner's report has come."""
    rows = []
    for item in source(table):
        given = item.get("assigned_on") or meeting_date(Period.parse(item["period"])).isoformat()
        for period in PERIODS:
            day = period.last_day.replace(day=PROGRESS_DAY)
            came = received_on(period, item["owner"]) if item["owner"] else day
            if day.isoformat() <= given or came is None or came > day:
                continue
            rows.append({key: item[key], "recorded_at": day, **state(item, item[key], day.isoformat())})
            if rows[-1]["state"] in ("done", "stopped"):
                break
    return rows


def state(item: dict[str, str], id_: str, day: str) -> dict:
    """What is said of a task or decision on a day."""
    if item["done_on"] and item["done_on"] <= day:
        dated = item["end"] == "done" and id_ not in UNDATED
        return {"state": item["end"], "done_on": item["done_on"] if dated else "", "result": item["result"]}
    cause = item["delay"] if item["delayed_from"] and item["delayed_from"] < day else ""
    if not item["started"] or item["started"] > day:
        return {"state": "not_started", "result": NOT_STARTED, "cause": cause}
    return {"state": "in_progress", "result": item["working"], "cause": cause}


# Who owes a report, and what came


def senders() -> list[tuple[str, str]]:
    """Every agency and commune, as (column, id)."""
    return [("owner", owner) for owner in SYMBOLS] + [("area", row["area"]) for row in COMMUNES]


def reported_periods() -> list[Period]:
    return [period for period in PERIODS if period >= REPORTED_FROM]


def expected() -> list[dict]:
    return [
        {"period": period, column: sender, "due_on": due_on(period)}
        for period in reported_periods()
        for column, sender in senders()
    ]


def submissions() -> list[dict]:
    rows = []
    for period in reported_periods():
        for column, sender in senders():
            day, key = received_on(period, sender), (str(period), sender)
            if day is None:
                continue
            row = {"period": period, column: sender, "number": number(period, sender, SYMBOLS.get(sender, "UBND"))}
            if key in RETURNED:
                rows.append({**row, "received_on": day - dt.timedelta(days=1), "state": "returned"})
            rows.append({**row, "received_on": day, "state": "received" if key in NOT_YET_ACCEPTED else "accepted"})
    return rows


INDICATORS = {row["indicator"]: row for row in source("indicators")}
SERIES = {row["indicator"]: row for row in source("series")}
SYMBOLS = {row["owner"]: row["symbol"] for row in source("owners")}
COMMUNES = source("areas")
SHARES = [float(row["share"]) for row in COMMUNES]

if __name__ == "__main__":
    main()
