"""The report's sentences, word for word, for reviews whose figures are known; and what no sentence may contain."""

import re
import shutil
import unicodedata

import pandas as pd
import pytest

import dxlib as dx
from dxlib import messages, tasks, wording
from dxlib.lines import Lines, Text
from dxlib.period import Period
from tests.conftest import ROOT
from tests.test_reviews import changed_review, reviewed

LANGUAGES = messages.LANGUAGES
FUNCTIONS = (
    "header", "title", "illustrative", "summary", "overall", "reconciliation", "headlines", "reported", "movement",
    "task_counts", "task_check", "decision_counts", "notes", "notes_counted", "headline_notes", "signatures",
)  # fmt: skip


@pytest.fixture
def at_meeting():
    return reviewed


def lines(shown) -> list[str]:
    return [shown] if isinstance(shown, str) else list(shown)


# S1, S0, check, S2

OVERALL = {
    ("2024-Q1", "vi"): [
        "Đến hết quý I/2024, trong 24 mục tiêu của năm 2024, có 7 mục tiêu hoàn thành và vượt kế hoạch giao; "
        "9 mục tiêu đạt trên 70% kế hoạch; 6 mục tiêu đạt từ 50% đến 70% kế hoạch; 2 mục tiêu đạt dưới 50% kế "
        "hoạch giao.",
        "So với tiến độ đến hết quý I, 11 mục tiêu bảo đảm hoặc vượt tiến độ, 11 mục tiêu chậm tiến độ "
        "(trong đó 2 mục tiêu chậm nhiều); 2 mục tiêu chưa xác định.",
        "24 = 7 + 9 + 6 + 2",
    ],
    ("2024-Q1", "en"): [
        "By the end of Q1 2024, of the 24 targets for 2024, 7 were met or exceeded; 9 stood above 70% of plan; "
        "6 at 50-70%; 2 under 50%.",
        "Against the plan to date (Q1), 11 of the targets are on track or ahead, 11 behind (2 of them far behind); "
        "2 not determined.",
        "24 = 7 + 9 + 6 + 2",
    ],
    ("2024-Q3", "vi"): [
        "Đến hết 9 tháng đầu năm 2024, trong 24 mục tiêu của năm 2024, có 11 mục tiêu hoàn thành và vượt kế "
        "hoạch giao; "
        "7 mục tiêu đạt trên 70% kế hoạch; 3 mục tiêu đạt từ 50% đến 70% kế hoạch; 1 mục tiêu đạt dưới 50% kế "
        "hoạch giao; "
        "1 mục tiêu chưa đạt và không tính tỷ lệ; 1 mục tiêu chưa đánh giá.",
        "So với tiến độ đến hết 9 tháng đầu năm, 14 mục tiêu bảo đảm hoặc vượt tiến độ, 7 mục tiêu chậm tiến độ "
        "(trong đó 4 mục tiêu chậm nhiều); 3 mục tiêu chưa xác định.",
        "24 = 11 + 7 + 3 + 1 + 1 + 1",
        "Chưa đánh giá: báo cáo chưa có số liệu: 1.",
    ],
    ("2024-Q4", "vi"): [
        "Đến hết năm 2024, trong 24 mục tiêu của năm 2024, có 19 mục tiêu hoàn thành và vượt kế hoạch giao; "
        "4 mục tiêu đạt trên 70% kế hoạch; 0 mục tiêu đạt từ 50% đến 70% kế hoạch; "
        "1 mục tiêu chưa đạt và không tính tỷ lệ.",
        "Không có mục tiêu nào đạt dưới 50% kế hoạch.",
        "So với tiến độ đến hết năm, 18 mục tiêu bảo đảm hoặc vượt tiến độ, 4 mục tiêu chậm tiến độ "
        "(trong đó 2 mục tiêu chậm nhiều); 2 mục tiêu chưa xác định.",
        "24 = 19 + 4 + 1",
    ],
    ("2024-Q4", "en"): [
        "By the end of 2024, of the 24 targets for 2024, 19 were met or exceeded; 4 stood above 70% of plan; 0 "
        "at 50-70%; "
        "1 were not met, with no percentage.",
        "None of the targets stood under 50% of plan.",
        "Against the plan to date (the year), 18 of the targets are on track or ahead, 4 behind (2 of them far "
        "behind); "
        "2 not determined.",
        "24 = 19 + 4 + 1",
    ],
}


@pytest.mark.parametrize(("period", "language"), OVERALL)
def test_the_overall_result_is_told_word_for_word(at_meeting, period, language):
    assert lines(wording.overall(at_meeting(period), language)) == OVERALL[period, language]


def test_a_zero_in_brackets_is_left_out_and_a_zero_worst_band_is_said(at_meeting):
    half = lines(wording.overall(at_meeting("2024-Q2"), "vi"))
    assert half[0].startswith("Đến hết 6 tháng đầu năm 2024, trong 24 mục tiêu của năm 2024, có 8 mục tiêu hoàn thành")
    assert half[0].endswith("4 mục tiêu đạt từ 50% đến 70% kế hoạch; 1 mục tiêu chưa đánh giá.")
    assert half[1] == "Không có mục tiêu nào đạt dưới 50% kế hoạch."
    assert "không tính tỷ lệ" not in half[0]


def test_the_check_adds_up(demo_review):
    text = next(line for line in wording.overall(demo_review, "vi") if line.role == "check")
    total, parts = text.split(" = ")
    assert int(total) == sum(int(part) for part in parts.split(" + ")) == 24


def test_the_summary_is_what_a_chair_reads_aloud(at_meeting):
    said = OVERALL["2024-Q4", "vi"]
    assert wording.summary(at_meeting("2024-Q4"), "vi") == " ".join(said[:3])


def test_nothing_is_said_of_the_worst_band_where_nothing_was_assessed(lao_cai):
    review = dx.review(lao_cai, "2023-Q1")
    assert review.bands.at["not_assessed", "count"] == len(review.progress) == 2
    for language in LANGUAGES:
        assert messages.sentence(language, "worst_none", dt={"vi": "mục tiêu", "en": "targets"}[language]) not in lines(
            wording.overall(review, language)
        )


# Lào Cai: as published

LAO_CAI = {
    "vi": {
        "overall": [
            "Theo số liệu Ban Chỉ đạo đã công bố: đến hết quý I/2024, trong 24 mục tiêu của năm 2024, có 7 mục tiêu "
            "hoàn thành và vượt kế hoạch giao; 9 mục tiêu đạt trên 70% kế hoạch; 6 mục tiêu đạt từ 50% đến 70% "
            "kế hoạch; "
            "2 mục tiêu đạt dưới 50% kế hoạch giao.",
            "24 = 7 + 9 + 6 + 2",
                "Chấm từ số liệu chi tiết của 6 chỉ tiêu nêu trong tin: 5 hoàn thành, vượt; "
            "1 chưa đánh giá (chưa giao kế hoạch: 1).",
        ],
        "reconciliation": [
            "5 chỉ tiêu nêu trong tin đều đạt từ 100% kế hoạch trở lên, phù hợp với con số 7 mục tiêu "
            '"hoàn thành và vượt kế hoạch giao" đã công bố; tên và số liệu của các mục tiêu khác chưa được công bố.',
            "Nguồn: theo LCĐT; họp BCĐ CĐS tỉnh Lào Cai 03/4/2024",
        ],
        "headlines": [
            "Một số chỉ tiêu nổi bật: Tỷ lệ hồ sơ công việc được xử lý hoàn toàn trên môi trường mạng đạt "
            "97%/95% (102,1%); "
            "Thủ tục hành chính của các cơ quan nhà nước được cắt giảm về thời gian đạt 30%/10% (300%); "
            "Tỷ lệ người dân trưởng thành sử dụng smartphone đạt 82%/80% (102,5%); "
            "Tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt 95%/95% (100%); "
            "Tỷ lệ người dân có nhu cầu thanh toán mua bán các loại hàng hóa, dịch vụ có tài khoản thanh toán điện tử "
            "đạt 45%/40% (112,5%); Tỷ lệ ký số phát hành văn bản điện tử (các cơ quan Đảng, MTTQ và các tổ chức "
            "chính trị - xã hội) đạt 80% (chưa giao kế hoạch).",
        ],
        "movement": [
            "Quý I là kỳ đầu của kế hoạch năm 2024; mức độ hoàn thành không so sánh với quý IV/2023, "
            "chỉ so sánh với cùng kỳ năm 2023.",
            "Chưa có số liệu kỳ trước hoặc cùng kỳ năm trước để so sánh.",
        ],
    },
    "en": {
        "overall": [
            "By the committee's published figures: by the end of Q1 2024, of the 24 targets for 2024, 7 were met or "
            "exceeded; 9 stood above 70% of plan; 6 at 50-70%; 2 under 50%.",
            "24 = 7 + 9 + 6 + 2",
                "Scored from the figures of the 6 indicators named: 5 met or exceeded; 1 not assessed (no plan "
            "assigned: 1).",
        ],
        "reconciliation": [
            "The 5 pairs named all reach 100% of plan or more, which agrees with the published count of 7; "
            "the names and figures of the other targets were not published.",
            "Source: theo LCĐT; họp BCĐ CĐS tỉnh Lào Cai 03/4/2024",
        ],
        "headlines": [
            "Headlines: Share of work files handled wholly online 97%/95% (102.1%); "
            "Administrative procedures of state agencies cut in time 30%/10% (300%); "
            "Share of adults who use a smartphone 82%/80% (102.5%); "
            "Share of people with an electronic health record 95%/95% (100%); Share of people who need to pay "
            "for goods "
            "and services that have an electronic payment account 45%/40% (112.5%); Share of electronic "
            "documents issued "
            "with a digital signature (Party, Fatherland Front, mass organisations) 80% (no plan assigned).",
        ],
        "movement": [
            "Q1 opens the 2024 plan; bands are compared with Q1 2023 only, not with Q4 2023.",
            "No figures yet for the previous period or the same period last year to compare with.",
        ],
    },
}


@pytest.mark.parametrize("part", LAO_CAI["vi"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_lao_cais_page_says_what_was_published_word_for_word(lao_cai_q1, language, part):
    assert lines(getattr(wording, part)(lao_cai_q1, language)) == LAO_CAI[language][part]


PUBLISHED = {24, 7, 9, 6, 2, 97, 95, 30, 10, 82, 80, 45, 40}  # counts and pairs of the article
COMPUTED = {102.1, 300, 102.5, 100, 112.5, 5, 1}  # percents; how many named pairs stand in which band
NAMES = {50, 70, 2023, 2024}  # edges in the bands' names; years


@pytest.mark.parametrize("language", LANGUAGES)
def test_lao_cais_page_shows_no_number_that_was_not_published_or_computed_from_one(lao_cai_q1, language):
    narrative = ("causes", "leadership", "outlook", "next_tasks", "proposals")
    shown = [getattr(wording, name)(lao_cai_q1, language) for name in FUNCTIONS]
    shown += [getattr(dx.narrative, name)(lao_cai_q1, language) for name in narrative]
    text = "\n".join(str(part) for part in shown)
    text = re.sub(r"0?3/4/2024|3 April 2024|[Qq]uý (II|IV|I)(/\d{4})?|\bQ[124]\b", " ", text)
    text = text.replace(".", "~").replace(",", ".").replace("~", ",") if language == "vi" else text
    numbers = {float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}
    assert numbers <= PUBLISHED | COMPUTED | NAMES
    assert {24, 7, 9, 6, 2, 97, 45, 102.1, 300} <= numbers


def test_a_headline_without_a_value_gives_its_reason(lao_cai):
    review = dx.review(lao_cai, "2024-Q4")
    for language, why in (("vi", "cơ quan có thẩm quyền chưa công bố"), ("en", "not yet published by the authority")):
        text = wording.headlines(review, language)
        assert "-/" not in text and " - (" not in text
        assert text.count(why) == 6


# S3, S4

MOVEMENT = {
    ("2024-Q1", "vi"): [
        "Quý I là kỳ đầu của kế hoạch năm 2024; mức độ hoàn thành không so sánh với quý IV/2023, "
        "chỉ so sánh với cùng kỳ năm 2023.",
        "Cùng kỳ năm 2023: Hoàn thành, vượt 5; Trên 70% 9; 50% - 70% 7; Dưới 50% 3.",
        "Tỷ lệ hồ sơ công việc được xử lý hoàn toàn trên môi trường mạng đạt 91,2%, tăng 8,2 điểm phần trăm "
        "so với cùng kỳ năm 2023.",
        "Tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh đạt 77,9%, tăng 7,8 điểm phần trăm "
        "so với cùng kỳ năm 2023.",
    ],
    ("2024-Q1", "en"): [
        "Q1 opens the 2024 plan; bands are compared with Q1 2023 only, not with Q4 2023.",
        "Same period of 2023: Met or exceeded 5; Over 70% (below 100%) 9; 50-70% 7; Under 50% 3.",
        "Share of case files handled entirely online: 91.2%, up 8.2 percentage points on the same period of 2023.",
    ],
    ("2024-Q2", "vi"): [
        "So với quý I/2024, 7 mục tiêu chuyển lên mức cao hơn, 1 mục tiêu xuống mức thấp hơn, 15 mục tiêu giữ nguyên; "
        "1 mục tiêu chưa so sánh được.",
    ],
    ("2024-Q2", "en"): [
        "Since Q1 2024, 7 of the targets moved up a band, 1 moved down, 15 stayed; 1 not yet comparable.",
    ],
    ("2024-Q3", "vi"): [
        "So với 6 tháng đầu năm 2024, 8 mục tiêu chuyển lên mức cao hơn, 1 mục tiêu xuống mức thấp hơn, "
        "13 mục tiêu giữ nguyên; 2 mục tiêu chưa so sánh được.",
    ],
    ("2024-Q4", "en"): [
        "Since the first nine months of 2024, 11 of the targets moved up a band, 0 moved down, 11 stayed; "
        "2 not yet comparable.",
        "Same period of 2023: Met or exceeded 19; Over 70% (below 100%) 5.",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("period", "language"), MOVEMENT)
def test_what_moved_is_told_word_for_word(at_meeting, period, language):
    wanted = MOVEMENT[period, language]
    assert lines(wording.movement(at_meeting(period), language))[: len(wanted)] == wanted


def test_the_counts_of_moves_sum_to_the_targets(at_meeting):
    for period in ("2024-Q2", "2024-Q3", "2024-Q4"):
        said = wording.movement(at_meeting(period), "vi")[0].split(", ", 1)[1]
        assert sum(int(n) for n in re.findall(r"\d+", said)) == 24


@pytest.mark.parametrize(
    ("change", "vi"),
    [
        (0, "không thay đổi so với"),
        (-2, "giảm 2 điểm phần trăm so với"),
        (0.04, "tăng 0,04 điểm phần trăm so với"),
    ],
)
def test_a_change_on_last_year_names_its_way_and_is_never_up_by_zero(at_meeting, change, vi):
    review = at_meeting("2024-Q1")
    seen = review.data["observations"]
    at = (seen["indicator"] == "suc-khoe") & (seen["area"] == "99") & (seen["period"] == "2023-Q1")
    assert at.sum() == 1
    seen.loc[at, ["value", "numerator", "denominator"]] = [92 - change, float("nan"), float("nan")]
    now = (seen["indicator"] == "suc-khoe") & (seen["area"] == "99") & (seen["period"] == "2024-Q1")
    seen.loc[now, ["value", "numerator", "denominator"]] = [92, float("nan"), float("nan")]
    said = [line for line in wording.movement(changed_review(review, observations=seen), "vi") if "sức khỏe" in line]
    assert len(said) == 1 and vi in said[0]


# S6, S7, S8


@pytest.mark.parametrize(
    ("language", "start"),
    [
        (
            "vi",
            "Một số chỉ tiêu nổi bật: Tỷ lệ hồ sơ công việc được xử lý hoàn toàn trên môi trường mạng đạt "
            "91,2%/90% (101,3%); "
            "Tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh đạt 77,9%/77% (101,2%); "
            "Tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt 92%/92% (100%); "
            "Tỷ lệ người từ 15 tuổi trở lên có tài khoản thanh toán đạt khoảng 75,2%/80% (94%); ",
        ),
        ("en", "Headlines: Share of case files handled entirely online 91.2%/90% (101.3%); "),
    ],
)
def test_the_headline_pairs_are_told_word_for_word(at_meeting, language, start):
    assert wording.headlines(at_meeting("2024-Q1"), language).startswith(start)


TASKS = {
    ("2024-Q1", "vi"): [
        "Trong 40 nhiệm vụ được giao, 12 nhiệm vụ đã hoàn thành (3 quá hạn), 12 đang thực hiện trong hạn, 3 sắp "
        "tới hạn, "
        "4 quá hạn chưa hoàn thành, 3 chưa thực hiện, 5 không quy định thời hạn, 1 dừng hoặc điều chỉnh theo kết luận.",
        "6 nhiệm vụ chưa rõ sản phẩm, thời hạn, tiêu chí hoặc cơ quan chủ trì: đề nghị rà soát (Phụ lục 2).",
    ],
    ("2024-Q1", "en"): [
        "Of 40 tasks, 12 are completed (3 late), 12 in progress on time, 3 due soon, 4 overdue, 3 not started, "
        "5 without a deadline, 1 stopped or changed by decision.",
        "Tasks with no product, deadline, criterion or owner stated: 6; please review them (Annex 2).",
    ],
    ("2022-Q1", "vi"): [
        "Trong 6 nhiệm vụ được giao, 0 nhiệm vụ đã hoàn thành, 3 đang thực hiện trong hạn, 0 sắp tới hạn, "
        "0 quá hạn chưa hoàn thành, 1 chưa thực hiện, 2 không quy định thời hạn.",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("period", "language"), TASKS)
def test_tasks_are_told_word_for_word(at_meeting, period, language):
    assert lines(wording.task_counts(at_meeting(period), language)) == TASKS[period, language]


def test_the_numbers_of_tasks_told_sum_to_all(demo_review):
    text = re.sub(r"\(\d+ quá hạn\)", "", wording.task_counts(demo_review, "vi")[0])
    total, *parts = (int(n) for n in re.findall(r"\d+", text))
    assert total == sum(parts) == len(demo_review.tasks)


def test_the_tasks_of_each_group_add_up(demo_review, lao_cai_q1):
    for language in LANGUAGES:
        (text,) = wording.task_check(demo_review, language)
        total, *parts = (int(n) for n in re.findall(r"\d+", text))
        assert total == sum(parts) == len(demo_review.tasks) and len(parts) > 1
        assert text.see == wording.see(language, "annex_2")
        assert lines(wording.task_check(lao_cai_q1, language)) == [messages.sentence(language, "no_tasks")]


def test_the_numbers_of_decisions_told_sum_to_all(at_meeting):
    for period in ("2024-Q1", "2024-Q2", "2024-Q3"):
        text = wording.decision_counts(at_meeting(period), "vi")[0]
        total, *parts = (int(n) for n in re.findall(r"\d+", text))
        assert total == sum(parts) == len(at_meeting(period).decisions)


def test_a_decision_not_started_is_not_told_as_in_progress(at_meeting):
    review = at_meeting("2024-Q1")
    running = review.decisions["status"].isin([*tasks.GROUPS["in_progress"], "no_deadline"])
    assert (review.decisions["status"] == "not_started").sum() == 1
    assert re.search(r"(\d+) in progress", wording.decision_counts(review, "en")[0])[1] == str(running.sum())


REPORTED = {
    ("2024-Q1", "vi"): "Đến ngày 01/4/2024, 14/15 sở, ban, ngành và 11/12 xã, phường đã gửi báo cáo; "
    "3 đơn vị gửi chậm. "
    "Chưa gửi: Sở VHTT&DL, Xã Bình An.",
    ("2024-Q1", "en"): "By 1 April 2024, 14 of 15 departments and 11 of 12 communes had reported; 3 late. "
    "Missing: Binh An Commune, DCST.",
    ("2024-Q4", "vi"): "Đến ngày 01/01/2025, 15/15 sở, ban, ngành và 12/12 xã, phường đã gửi báo cáo; "
    "1 đơn vị gửi chậm.",
    ("2022-Q1", "vi"): "Bộ dữ liệu chưa có danh sách đơn vị phải gửi báo cáo.",
}  # fmt: skip


@pytest.mark.parametrize(("period", "language"), REPORTED)
def test_who_has_reported_is_told_word_for_word(at_meeting, period, language):
    assert lines(wording.reported(at_meeting(period), language)) == [REPORTED[period, language]]


# S12 and its sisters


def reconciled(review: dx.Review, published: dict[str, int]) -> dx.Review:
    rows = [{"period": "2024-Q1", "area": review.area, "figure": figure, "value": n} for figure, n in published.items()]
    table = pd.DataFrame(rows).assign(words="as printed", published_on=pd.NaT, source="Thông báo số 1")
    return changed_review(review, published=table.astype({"value": "float64"}))


WHOLE = {"total": 24, "met": 7, "over_70": 9, "from_50": 6, "under_50": 2}


@pytest.mark.parametrize(
    ("published", "vi", "en"),
    [
        (
            WHOLE,
            "Kết quả chấm từ số liệu chi tiết khớp hoàn toàn với số liệu Ban Chỉ đạo đã công bố.",
            "The bands scored from the detailed figures agree fully with the committee's published figures.",
        ),
        (
            {**WHOLE, "met": 8, "over_70": 8},
            "Kết quả chấm từ số liệu chi tiết khác số liệu Ban Chỉ đạo đã công bố: Hoàn thành, vượt: công bố 8, "
            "chấm 7; "
            "Trên 70%: công bố 8, chấm 9.",
            "The bands scored from the detailed figures differ from the committee's published figures: "
            "Met or exceeded: published 8, scored 7; Over 70% (below 100%): published 8, scored 9.",
        ),
        (
            {"total": 30, "met": 9, "over_70": 11, "from_50": 7, "under_50": 3},
            "24/30 mục tiêu đã công bố có số liệu chi tiết; mức độ hoàn thành chấm được (Hoàn thành, vượt: 7; "
            "Trên 70%: 9; "
            "50% - 70%: 6; Dưới 50%: 2) phù hợp với số liệu đã công bố; tên và số liệu của các mục tiêu khác "
            "chưa được công bố.",
            "24 of the 30 published targets have detailed figures; the bands scored (Met or exceeded: 7; Over "
            "70% (below "
            "100%): 9; 50-70%: 6; Under 50%: 2) agree with the published figures; the names and figures of the other "
            "targets were not published.",
        ),
    ],
)
def test_reconciliation_is_told_word_for_word(at_meeting, published, vi, en):
    review = reconciled(at_meeting("2024-Q1"), published)
    for language, wanted in (("vi", vi), ("en", en)):
        assert wording.reconciliation(review, language)[0] == wanted


def test_published_counts_stand_in_the_sentence_only_where_not_all_targets_are_loaded(at_meeting):
    part = reconciled(at_meeting("2024-Q1"), {"total": 30, "met": 9, "over_70": 11, "from_50": 7, "under_50": 3})
    assert wording.overall(part, "vi")[0].startswith(
        "Theo số liệu Ban Chỉ đạo đã công bố: đến hết quý I/2024, trong 30"
    )
    whole = reconciled(at_meeting("2024-Q1"), WHOLE)
    assert lines(wording.overall(whole, "vi")) == OVERALL["2024-Q1", "vi"]


@pytest.mark.parametrize(
    "published",
    [{"total": 30, "met": 9}, {"met": 9, "over_70": 11}, {"total": 30, "met": 9, "over_70": 11, "from_50": 7}],
)
def test_counts_published_in_part_are_not_told_as_the_whole(at_meeting, published):
    review = reconciled(at_meeting("2024-Q1"), published)
    text = " ".join(lines(wording.overall(review, "vi")))
    assert "Không có mục tiêu nào đạt dưới 50%" not in text  # two of the loaded ones stand there
    assert "2 mục tiêu đạt dưới 50% kế hoạch giao" in text
    assert "công bố" in wording.reconciliation(review, "vi")[0]


def test_nothing_is_reconciled_where_nothing_was_published(at_meeting):
    assert wording.reconciliation(at_meeting("2024-Q1"), "vi") == ()


# Titles, header, headings

TITLES = {
    ("2024-Q1", "vi"): ("quý I năm 2024", "quý I; phương hướng, nhiệm vụ quý II năm 2024"),
    ("2024-Q2", "vi"): ("6 tháng đầu năm 2024", "6 tháng đầu năm; phương hướng, nhiệm vụ 6 tháng cuối năm 2024"),
    ("2024-Q3", "vi"): ("9 tháng đầu năm 2024", "9 tháng đầu năm; phương hướng, nhiệm vụ quý IV năm 2024"),
    ("2024-Q4", "vi"): ("cả năm 2024", "cả năm 2024; phương hướng, nhiệm vụ năm 2025"),
    ("2024-Q1", "en"): ("Q1 2024", "Q1; tasks for Q2 2024"),
    ("2024-Q2", "en"): ("first half of 2024", "first half; tasks for the second half of 2024"),
    ("2024-Q3", "en"): ("first nine months of 2024", "first nine months; tasks for Q4 2024"),
    ("2024-Q4", "en"): ("full year 2024", "full year 2024; tasks for 2025"),
}


@pytest.mark.parametrize(("period", "language"), TITLES)
def test_the_title_names_the_year_so_far_and_the_next_period(at_meeting, period, language):
    begin = {
        "vi": "Kết quả thực hiện các mục tiêu chuyển đổi số ",
        "en": "Results against the digital-transformation targets, ",
    }[language]
    short, whole = TITLES[period, language]
    assert wording.title(at_meeting(period), language) == begin + short
    assert wording.title(at_meeting(period), language, short=False) == begin + whole


def test_the_header_tells_committee_dates_draft_and_made_up_data(at_meeting):
    assert lines(wording.header(at_meeting("2024-Q2"), "vi")) == [
        "Ban Chỉ đạo Chuyển đổi số tỉnh Minh Họa",
        "Kết quả thực hiện các mục tiêu chuyển đổi số 6 tháng đầu năm 2024",
        "Tỉnh Minh Họa · 6 tháng đầu năm 2024",
        "Số liệu tính đến ngày 14/6/2024 · Cập nhật đến ngày 01/7/2024 · Họp ngày 03/7/2024",
        "DỰ THẢO",
        "SỐ LIỆU MINH HỌA - KHÔNG PHẢI SỐ LIỆU THẬT",
    ]


def test_lao_cais_header_says_that_it_is_no_document_of_the_committee(lao_cai_q1):
    assert lines(wording.header(lao_cai_q1, "en"))[3:] == [
        "Known as of 3 April 2024 · Meeting of 3 April 2024",
        "DRAFT",
        "Compiled again from published figures; not a document of the committee.",
    ]


def test_without_a_meeting_the_header_names_the_place(lao_cai):
    review = dx.review(lao_cai, "2023-Q1", as_of="2024-04-03")
    assert lines(wording.header(review, "vi"))[0] == "Tỉnh Lào Cai"
    assert lines(wording.header(review, "vi"))[3] == "Cập nhật đến ngày 03/4/2024"


def test_made_up_data_says_so_and_real_data_does_not(demo_review, lao_cai_q1):
    for language in LANGUAGES:
        notice = messages.label(language, "word", "illustrative")
        assert notice in wording.header(demo_review, language)
        assert lines(wording.illustrative(demo_review, language)) == [notice]
        assert notice not in wording.header(lao_cai_q1, language) and wording.illustrative(lao_cai_q1, language) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_every_section_has_a_heading(at_meeting, language, quarter):
    review = at_meeting(f"2024-Q{quarter}")
    for code in messages.catalogue(language)["section"]:
        if not code.startswith("title"):
            text = wording.heading(review, language, code, 3)
            assert text.tag == "h3" and text and "{" not in text
    last = wording.heading(review, language, "VI")
    assert last.endswith(Period(2024, quarter).label(language, "next"))


# Notes on the data


def test_the_notes_tell_estimates_revisions_gaps_and_changed_plans(at_meeting):
    assert lines(wording.notes(at_meeting("2024-Q3"), "vi")) == [
        "1 chỉ tiêu dùng số ước hoặc sơ bộ: Tỷ lệ hộ gia đình có kết nối internet băng rộng cáp quang.",
        "2 số liệu điều chỉnh so với lần báo cáo trước: Tỷ lệ hồ sơ công việc được xử lý hoàn toàn trên môi "
        "trường mạng "
        "2024-Q2 (90,4% thành 90,1%); Số sản phẩm OCOP, nông sản chủ lực có trên sàn thương mại điện tử 2024-Q2 "
        "(137 thành 135).",
        "Mức sử dụng tài nguyên của Trung tâm dữ liệu tỉnh: báo cáo chưa có số liệu.",
        "Số bản chứng thực bản sao điện tử từ bản chính: kế hoạch được điều chỉnh trong năm "
        "(Quyết định số 1201/QĐ-UBND (minh họa)).",
    ]


def test_the_first_sheet_counts_what_the_notes_tell(demo_review, lao_cai_q1):
    counts = demo_review.quality["note"].value_counts()
    soft, revised = int(counts.get("estimated", 0) + counts.get("provisional", 0)), int(counts.get("revised", 0))
    for language in LANGUAGES:
        shown = wording.notes_counted(demo_review, language)
        told = [int(n) for text in shown for n in re.findall(r"\d+", text)]
        assert told == [n for n in (soft, revised) if n]
        assert all(text.see == wording.see(language, "notes") for text in shown)
        assert wording.notes_counted(lao_cai_q1, language) == ()


def test_a_headline_without_its_figures_says_why_beside_its_chart(lao_cai_q1, demo_review):
    for review in (lao_cai_q1, demo_review):
        for language in LANGUAGES:
            told = wording.headline_notes(review, language)
            wanted = review.headlines[review.headlines["reason"] != ""]
            assert len(told) == len(wanted)
            for text, of in zip(told, wanted.itertuples()):
                assert text.startswith(getattr(of, f"name_{language}"))
                assert text.lower().endswith(f"{messages.label(language, 'reason', of.reason)}.".lower())
    assert lines(wording.headline_notes(lao_cai_q1, "vi")) == [
        "Tỷ lệ ký số phát hành văn bản điện tử (các cơ quan Đảng, MTTQ và các tổ chức chính trị - xã hội): "
        "chưa giao kế hoạch."
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_sends_elsewhere_names_a_section_that_is_there(demo_review, language):
    sent = [line.see for name in FUNCTIONS for line in getattr(wording, name)(demo_review, language)
            if isinstance(line, Text) and line.see]  # fmt: skip
    assert len(sent) >= 2
    for place, name in sent:
        heading = wording.heading(demo_review, language, place.removeprefix("muc-"))
        assert heading.place == place and heading.startswith(name)


def test_a_revision_is_never_printed_as_no_change(at_meeting):
    review = at_meeting("2024-Q1")
    seen = review.data["observations"]
    last = (seen["indicator"] == "tai-khoan") & (seen["period"] == "2023-Q4") & (seen["area"] == "99")
    assert last.sum() == 2
    seen.loc[last, ["value", "numerator", "denominator"]] = [
        [75.14, float("nan"), float("nan")],
        [75.11] + [float("nan")] * 2,
    ]
    said = next(line for line in wording.notes(changed_review(review, observations=seen), "vi") if "điều chỉnh" in line)
    before, after = re.search(r"\((\S+) thành (\S+)\)", said).groups()
    assert before != after


# What no sentence may contain


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole_and_clean(demo_review, lao_cai_q1, name, language):
    for review in (demo_review, lao_cai_q1):
        shown = getattr(wording, name)(review, language)
        assert isinstance(shown, (str, Lines))
        for text in lines(shown):
            clean(text, language)


def clean(text: str, language: str):
    assert text and text == text.strip() and "  " not in text, text
    assert not re.search(r"[{}\[\]]|\bnan\b|\bNaT\b|<NA>|\binf\b", text), text
    assert "None" not in (text.replace("None of the", "").replace("None.", "") if language == "en" else text), text
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"[.;:,]{2}|\( | \)|\(\)", text), text
    digit = r"\d\.\d(?!\d\d)" if language == "vi" else r"\d,\d(?!\d\d)"
    assert not re.search(rf"{digit}", re.sub(r"\d+/\d+/\d+", "", text)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_show_themselves_as_escaped_html(language):
    shown = Lines([Text('<b>"a" & b</b>', "li", "note"), Text("c", "li")])
    assert shown._repr_html_() == (
        '<ul>\n<li class="note">&lt;b&gt;&quot;a&quot; &amp; b&lt;/b&gt;</li>\n<li>c</li>\n</ul>'
    )
    assert Lines()._repr_html_() == "" and str(shown) == '<b>"a" & b</b>\nc'


def test_a_brace_or_bracket_in_a_value_is_text(tmp_path):
    folder = shutil.copytree(ROOT / "data" / "lao-cai", tmp_path / "lao-cai")
    path = folder / "indicators.csv"
    text = path.read_text(encoding="utf-8")
    name = "Tỷ lệ người dân trưởng thành sử dụng smartphone"
    assert text.count(name) == 1
    path.write_text(text.replace(name, "Tỷ lệ {list} [a {x}] {0}"), encoding="utf-8")
    said = wording.headlines(dx.review(folder, "2024-Q1"), "vi")
    assert "Tỷ lệ {list} [a {x}] {0} đạt 82%/80% (102,5%)" in said
