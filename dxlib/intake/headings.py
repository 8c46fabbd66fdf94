"""Column headings to fields, by name: the package's own before the usual ones; a near miss is only suggested."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from dxlib.intake.matching import fold
from dxlib.period import Period, UnknownPeriod

USUAL: dict[str, tuple[str, ...]] = {
    "number": ("STT", "TT", "Số TT", "Số thứ tự", "No", "No."),
    "indicator": ("Mã", "Mã chỉ tiêu", "Mã số", "Mã CT", "Code", "Indicator code"),
    "name": (
        "Chỉ tiêu", "Tên chỉ tiêu", "Mục tiêu", "Tên mục tiêu", "Mục tiêu, chỉ tiêu", "Chỉ tiêu, mục tiêu",
        "Tên chỉ tiêu, mục tiêu", "Tên mục tiêu, chỉ tiêu", "Mục tiêu/chỉ tiêu", "Chỉ tiêu/mục tiêu", "Nội dung",
        "Nội dung chỉ tiêu", "Nội dung mục tiêu", "Các chỉ tiêu", "Chỉ tiêu chuyển đổi số", "Indicator", "Target",
    ),
    "task": ("Nhiệm vụ", "Tên nhiệm vụ", "Nội dung nhiệm vụ", "Nhiệm vụ, giải pháp", "Task"),
    "decision": ("Kết luận", "Nội dung kết luận", "Kết luận của Ban Chỉ đạo", "Decision"),
    "unit": ("Đơn vị tính", "ĐVT", "Đơn vị", "Đ.v.t", "Unit"),
    "area": (
        "Địa phương", "Xã, phường", "Xã/phường", "Xã, phường, thị trấn", "Xã, phường, đặc khu", "Xã", "Tên xã",
        "Huyện, thành phố", "Huyện", "Đơn vị hành chính", "Địa bàn", "Area", "Commune",
    ),
    "plan": (
        "Kế hoạch", "Kế hoạch năm", "Kế hoạch giao", "Kế hoạch cả năm", "Kế hoạch được giao", "KH", "KH năm", "KH giao",
        "Chỉ tiêu giao", "Chỉ tiêu kế hoạch", "Mục tiêu kế hoạch", "Plan",
    ),
    "plan_to_date": (
        "Kế hoạch đến kỳ báo cáo", "Kế hoạch lũy kế", "Kế hoạch quý", "KH quý", "Kế hoạch trong kỳ", "Plan to date",
    ),
    "value": (
        "Thực hiện", "Kết quả", "Kết quả thực hiện", "Kết quả đạt được", "Thực hiện đến kỳ báo cáo",
        "Lũy kế từ đầu năm",
        "Lũy kế", "Thực hiện lũy kế", "Lũy kế thực hiện", "Kết quả lũy kế", "Thực hiện trong kỳ", "Thực hiện quý",
        "Kết quả thực hiện trong kỳ", "Số liệu thực hiện", "Số liệu", "Giá trị", "Tỷ lệ đạt", "Đã thực hiện", "TH",
        "Thực hiện/kế hoạch", "Kết quả/kế hoạch", "Kết quả/KH", "Actual", "Result", "Value",
    ),
    "numerator": ("Tử số", "Số đạt", "Số lượng đạt", "Số hồ sơ đạt", "Numerator"),
    "denominator": ("Mẫu số", "Tổng số", "Tổng số lượng", "Denominator"),
    "previous": ("Kỳ trước", "Thực hiện kỳ trước", "Kết quả kỳ trước", "Quý trước", "Thực hiện quý trước"),
    "last_year": (
        "Cùng kỳ năm trước", "Thực hiện cùng kỳ năm trước", "Cùng kỳ", "Thực hiện cùng kỳ", "Thực hiện năm trước",
        "Kết quả cùng kỳ năm trước", "Kết quả cùng kỳ",
    ),
    "percent_of_plan": (
        "% kế hoạch năm", "% kế hoạch", "% kế hoạch đến kỳ báo cáo", "% so với kế hoạch", "% hoàn thành", "% thực hiện",
        "Tỷ lệ hoàn thành", "Tỷ lệ % hoàn thành", "Tỷ lệ so với kế hoạch", "Tỷ lệ % so với kế hoạch", "% đạt", "TH/KH",
        "% TH/KH", "So với kế hoạch", "Mức độ hoàn thành", "So với tiến độ",
    ),
    "status": ("Tình trạng số liệu", "Trạng thái số liệu", "Tính chất số liệu", "Loại số liệu", "Data status"),
    "estimate": ("Ước thực hiện cả năm", "Ước cả năm", "Ước thực hiện năm", "Ước năm", "Full-year estimate"),
    "owner": (
        "Cơ quan chủ trì", "Đơn vị chủ trì", "Cơ quan thực hiện", "Đơn vị thực hiện", "Chủ trì",
        "Cơ quan, đơn vị chủ trì",
        "Cơ quan chủ trì theo dõi, đánh giá", "Đơn vị báo cáo", "Cơ quan báo cáo", "Owner",
    ),
    "co_owner": ("Cơ quan phối hợp", "Đơn vị phối hợp", "Phối hợp", "Co-owner"),
    "cause": (
        "Nguyên nhân", "Nguyên nhân chưa đạt", "Nguyên nhân chậm", "Tồn tại, nguyên nhân", "Nguyên nhân, ghi chú",
        "Lý do",
        "Khó khăn, vướng mắc", "Nguyên nhân chậm, kiến nghị", "Cause",
    ),
    "remedy": ("Giải pháp", "Giải pháp khắc phục", "Biện pháp", "Biện pháp khắc phục", "Remedy"),
    "committed": ("Cam kết thời gian", "Thời hạn cam kết", "Cam kết hoàn thành", "Thời gian cam kết", "Committed date"),
    "proposal": ("Kiến nghị", "Đề xuất", "Đề xuất, kiến nghị", "Kiến nghị, đề xuất", "Proposal"),
    "note": ("Ghi chú", "Diễn giải", "Tài liệu kiểm chứng", "Note"),
    "product": ("Sản phẩm", "Kết quả yêu cầu", "Sản phẩm, kết quả", "Product"),
    "deadline": (
        "Thời hạn", "Thời gian hoàn thành", "Hạn hoàn thành", "Thời hạn hoàn thành", "Thời gian thực hiện", "Deadline",
    ),
    "state": ("Trạng thái", "Tình trạng", "Tiến độ", "Tiến độ thực hiện", "Tình hình thực hiện", "State"),
    "done_on": ("Ngày hoàn thành", "Thời điểm hoàn thành", "Done on"),
    "result": ("Kết quả đến nay", "Kết quả hiện nay", "Kết quả thực hiện đến nay"),
}  # fmt: skip
KEYS = ("name", "indicator", "task", "decision", "area")  # what a row is about
ANSWERS = ("value", "numerator", "status", "state", "result", "estimate", "cause")  # what a sender is asked for
FIGURES = ("plan", "plan_to_date", "value", "numerator", "denominator", "previous", "last_year", "estimate")
_GENERIC = tuple(
    fold(word) for word in ("tỷ lệ", "tỉ lệ", "%", "số liệu", "giá trị", "tỷ lệ %", "kết quả", "tỷ lệ đạt")
)
_ESTIMATED = tuple(
    fold(words) for words in ("Ước thực hiện", "Ước TH", "Ước đạt", "Ước kết quả", "Kết quả ước thực hiện")
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_QUARTER = rf"(?:{fold('quý')}|q\.?) ?(?P<quarter>iv|i{{1,3}}|[1-4])\b"
_YEAR = r"(?P<year>20[0-9]{2})"
_WHEN = re.compile(
    "|".join(
        (
            rf"(?:{fold('tính ')})?(?:{fold('đến')} )?(?:{fold('hết')} )?{_QUARTER}(?: ?[/-]?(?: ?năm)? ?{_YEAR})?",
            rf"(?P<months>6|9|06|09) {fold('tháng')}(?: {fold('đầu')})?(?: năm)?(?: {_YEAR.replace('year', 'year2')})?",
            rf"(?:{fold('tính ')})?(?:{fold('đến')} )?(?:{fold('ngày')} )?[0-9]{{1,2}}/[0-9]{{1,2}}/20[0-9]{{2}}",
            rf"(?:{fold('tháng')} )?[0-9]{{1,2}}/20[0-9]{{2}}",
            rf"(?:{fold('cả')} )?năm {_YEAR.replace('year', 'year3')}",
            rf"(?<![0-9/]){_YEAR.replace('year', 'year4')}(?![0-9/])",
        )
    )
)
LONGEST = 200  # characters of a heading
_LEFT = re.compile(r"[\s:;.,*-]+\Z")


@dataclass(frozen=True)
class Heading:
    """A heading read: its field ("" when it is none), how it was matched, and the period that it names."""

    text: str
    field: str = ""
    exact: bool = False  # by a heading that the package itself names
    year: int | None = None
    quarter: int | None = None
    near: str = ""  # the field whose heading it may have meant
    status: str = ""  # E: figures under it are estimates


class Headings:
    """The headings that are known: the package's own (fields to spellings) and the usual ones.

    >>> Headings().read("Kế hoạch năm 2024 (%)").field, Headings().read("Thực hiện Quý I/2024").quarter
    ('plan', 1)
    >>> Headings({"value": ["Đã làm được"]}).read("ĐÃ LÀM ĐƯỢC").field, Headings().read("Thục hiện").near
    ('value', 'value')
    """

    def __init__(self, own: Mapping[str, Iterable[str]] | None = None):
        self._usual = {fold(text): field for field, texts in USUAL.items() for text in texts}
        self._own = {_tidy(fold(text)): field for field, texts in (own or {}).items() for text in texts}
        self._known = {**self._usual, **self._own}
        self.read = lru_cache(4096)(self._read)

    def _read(self, text: str) -> Heading:
        key = _tidy(fold(text)) if len(text) <= LONGEST else ""
        if not key:
            return Heading(text[:LONGEST])
        open_ = _tidy(fold(_BRACKETS.sub(" ", text)))
        year, quarter, within, _ = _when(key)
        bare = _tidy(_when(open_)[3])
        if key in self._own or key in self._usual:
            return Heading(text, self._known[key], key in self._own, year, quarter)
        if bare in _ESTIMATED:  # of the period reported on, of the year, or nobody knows
            field = "value" if within else "estimate" if year is not None else ""
            near, status = ("" if field else "value"), ("E" if field == "value" else "")
            return Heading(text, field, False, year, quarter, near, status)
        for reduced in (open_, bare):
            if field := self._known.get(reduced):
                field = "plan_to_date" if field == "plan" and quarter is not None else field
                return Heading(text, field, False, year, quarter)
        close = difflib.get_close_matches(bare, self._known, n=1, cutoff=0.85)
        return Heading(text, "", False, year, quarter, self._known[close[0]] if close else "")

    def path(self, texts: tuple[str, ...]) -> Heading:
        """The heading of a column under several rows of headings, outermost first."""
        texts = tuple(text for n, text in enumerate(texts) if text and (n == 0 or text != texts[n - 1]))
        if not texts:
            return Heading("")
        shown = " / ".join(texts)
        if len(texts) == 1:
            return self.read(texts[0])
        whole, last = self.read(" ".join(texts)), self.read(texts[-1])
        if self.read(shown).exact:
            return self.read(shown)
        if whole.field:
            return replace(whole, text=shown)
        generic = _tidy(fold(_BRACKETS.sub(" ", texts[-1][:LONGEST]))) in ("", *_GENERIC)
        parent = self.path(texts[:-1])
        if parent.field and (generic or last.field == ""):
            kept = replace(parent, exact=False, near=last.near) if generic else Heading(shown, near=last.near)
            return replace(kept, text=shown, year=whole.year, quarter=whole.quarter)
        return replace(last, text=shown, year=whole.year, quarter=whole.quarter)


def _tidy(key: str) -> str:
    return _LEFT.sub("", " ".join(key.split()))


def _when(key: str) -> tuple[int | None, int | None, bool, str]:
    """Year and quarter that a folded heading names, whether it names a time within a year, and what is left of it."""
    year = quarter = None
    within = False
    for found in _WHEN.finditer(key):
        part = found.groupdict()
        named = part["year"] or part["year2"] or part["year3"] or part["year4"]
        year = int(named) if named else year
        within = within or not (part["year3"] or part["year4"])
        if part["quarter"]:
            quarter = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(part["quarter"]) or int(part["quarter"])
        elif part["months"]:
            quarter = int(part["months"]) // 3
    return year, quarter, within, _WHEN.sub(" ", key)


def other_period(heading: Heading, period: str) -> bool:
    """Whether a heading names another period than the one reported on."""
    try:
        asked = Period.parse(period)
    except UnknownPeriod:
        return False
    if heading.year is not None and heading.year != asked.year:
        return True
    return heading.field != "plan" and heading.quarter is not None and heading.quarter != asked.quarter
