"""Words that stand for figures or beside them, as senders write them; matched by folded keys."""

from __future__ import annotations

import re
from decimal import Decimal

from dxlib.intake.matching import fold


def _keys(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(spelling): code for code, spellings in words.items() for spelling in spellings}


STATES = _keys(
    {
        "no_cases": ("KPS", "không phát sinh", "không có phát sinh", "k phát sinh", "ko phát sinh", "chưa phát sinh"),
        "value_missing": (
            "đang tổng hợp",
            "chưa tổng hợp",
            "chưa có số liệu",
            "không có số liệu",
            "đang cập nhật",
            "chưa có báo cáo",
            "chưa báo cáo",
            "đang thu thập",
        ),
        "under_check": ("đang rà soát", "đang kiểm tra", "đang đối chiếu", "đang kiểm tra, đối chiếu", "đang xác minh"),
        "not_published_yet": ("chưa công bố", "chờ công bố", "chưa được công bố"),
        "met": ("đạt", "đã đạt", "đạt kế hoạch", "hoàn thành", "đã hoàn thành", "đạt 100% kế hoạch", "đạt yêu cầu"),
        "exceeded": ("vượt", "vượt kế hoạch", "hoàn thành vượt kế hoạch", "đạt và vượt", "hoàn thành và vượt kế hoạch"),
        "nearly_met": ("cơ bản đạt", "cơ bản hoàn thành", "đạt cơ bản", "gần đạt"),
        "not_met": ("chưa", "chưa đạt", "không đạt", "chưa hoàn thành", "không hoàn thành"),
        "not_started": ("chưa thực hiện", "chưa triển khai", "chưa bắt đầu"),
        "in_progress": ("đang thực hiện", "đang triển khai", "đang làm"),
        "drafting": (
            "đang xây dựng",
            "đang soạn thảo",
            "soạn thảo",
            "đang dự thảo",
            "dự thảo",
            "đang xây dựng, soạn thảo",
        ),
        "in_consultation": (
            "đang xin ý kiến",
            "đang lấy ý kiến",
            "đang thẩm định",
            "thẩm định",
            "đang xin ý kiến, thẩm định",
        ),
        "issued": ("đã ban hành", "ban hành", "đã hoàn thành, ban hành"),
        "yes": ("có",),
        "no": ("không",),
    }
)
STATUS_OF = {"no_cases": "M", "value_missing": "O", "under_check": "V", "not_published_yet": "L"}  # SDMX OBS_STATUS
_STEPS = {"not_started": 0, "drafting": 1, "in_consultation": 2, "issued": 3, "met": 3}
LADDER = {key: _STEPS[state] for key, state in STATES.items() if state in _STEPS}
REMARKS = _keys({"E": ("ước", "ước tính", "số ước", "ước thực hiện"), "P": ("sơ bộ", "số sơ bộ", "tạm tính")})
MULTIPLIERS = {
    fold(word): Decimal(times)
    for word, times in {
        "chục": 10,
        "trăm": 100,
        "nghìn": 1000,
        "ngàn": 1000,
        "k": 1000,
        "vạn": 10_000,
        "triệu": 10**6,
        "tr": 10**6,
        "tỷ": 10**9,
        "tỉ": 10**9,
    }.items()
}


def _anywhere(*words: str) -> re.Pattern:
    return re.compile(rf"(?<!\S)(?:{'|'.join(re.escape(fold(word)) for word in words)})(?!\S)")


POINTS = _anywhere("điểm phần trăm", "điểm %", "điểm", "điểm%")
OF_PLAN = _anywhere("kế hoạch", "KH", "cùng kỳ", "so với")


def _before(words: str) -> re.Pattern:
    """Words before a number; letters need a space after them, signs do not."""
    return re.compile(rf"(?:{words})(?:\s*:\s*|\s+|(?=[0-9]))", re.I)


PREFIXES = (
    (_before("ước tính|ước thực hiện|ước đạt|ước"), "status", "E"),
    (_before("số sơ bộ|sơ bộ|tạm tính"), "status", "P"),
    (_before("đã đạt được|đã đạt|đạt được|đạt"), "", ""),
    (_before("hơn"), "qualifier", "over"),
    (_before("gần"), "qualifier", "nearly"),
    (_before("khoảng|xấp xỉ"), "qualifier", "about"),
    (re.compile(r"[~≈]\s*"), "qualifier", "about"),
    (_before("trên"), "qualifier", "above"),
)
BOUNDS = (
    (re.compile(r"(?:≥|>=|=>|⩾)\s*"), "operator", "at_least"),
    (re.compile(r"(?:≤|<=|=<|⩽)\s*"), "operator", "at_most"),
    (_before("ít nhất|tối thiểu|không dưới|không thấp hơn"), "operator", "at_least"),
    (_before("tối đa|không quá|không vượt quá|nhiều nhất"), "operator", "at_most"),
)
