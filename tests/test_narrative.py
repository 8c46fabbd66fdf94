"""Sections I to VII: causes, what is needed, proposals and next tasks, word for word where the figures are known."""

import re
from dataclasses import replace

import pandas as pd
import pytest

import dxlib as dx
from dxlib import messages, narrative
from dxlib.lines import Lines
from tests.test_reviews import changed_review, reviewed
from tests.test_wording import clean, lines

LANGUAGES = messages.LANGUAGES
FUNCTIONS = ("causes", "leadership", "outlook", "next_tasks", "proposals", "method")


@pytest.fixture
def at_meeting():
    return reviewed


def with_rows(review: dx.Review, table: str, **cells) -> dx.Review:
    """The review with some cells of its explanations or tasks replaced, row by row of the first column named."""
    key, names = next(iter(cells.items()))
    frame = review.data[table]
    at = frame[key] == names
    if "period" in frame:
        at &= frame["period"] == str(review.period)
    assert at.sum() == 1
    frame.loc[at, list(cells)] = list(cells.values())
    return changed_review(review, **{table: frame})


def line_of(review: dx.Review, name: str, language="vi", part="causes") -> str:
    found = [line for line in getattr(narrative, part)(review, language) if name in line]
    assert len(found) == 1
    return found[0]


# S9, S10

CAUSES = {
    (
        "2024-Q1",
        "vi",
        "nộp trực tuyến toàn trình",
    ): "Tỷ lệ hồ sơ thủ tục hành chính nộp trực tuyến toàn trình (VP UBND, Phó Chánh Văn phòng A): "
    "38%/80%. Để đạt kế hoạch năm, bình quân mỗi quý còn lại phải tăng 14 điểm phần trăm. "
    "Nguyên nhân (theo báo cáo của VP UBND): Mới đạt 38% so với kế hoạch 80%; người dân vùng xa chưa có tài khoản, "
    "công chức còn nhận hồ sơ giấy. Giải pháp: Cắt giảm thành phần hồ sơ, tổ công nghệ số cộng đồng hỗ trợ tại thôn. "
    "Cam kết hoàn thành: 30/6/2024.",
    (
        "2024-Q1",
        "vi",
        "chưa có sóng",
    ): "Số thôn, tổ dân phố chưa có sóng di động băng rộng (DN viễn thông, Phó Tổng Giám đốc A): 41/20 thôn. "
    "Để đạt kế hoạch năm, bình quân mỗi quý còn lại phải giảm 7 thôn (quý I giảm 9 thôn). "
    "Nguyên nhân (theo báo cáo của DN viễn thông): Còn 41 thôn chưa có sóng do địa hình chia cắt, chưa có điện lưới. "
    "Giải pháp: Dùng trạm năng lượng mặt trời, dùng chung hạ tầng. Cam kết hoàn thành: 2024.",
    ("2024-Q1", "vi", "học bạ số"): "Tỷ lệ trường phổ thông triển khai học bạ số (Sở GD&ĐT, Phó Giám đốc C): 71%/100%. "
    "Để đạt kế hoạch năm, bình quân mỗi quý còn lại phải tăng 9,7 điểm phần trăm (quý I tăng 8 điểm phần trăm). "
    "Nguyên nhân (theo báo cáo của Sở GD&ĐT): Thiếu chữ ký số của giáo viên. "
    "Giải pháp: Cấp chữ ký số trước năm học mới. Cam kết hoàn thành: Tháng 8/2024.",
    ("2024-Q1", "vi", "tài nguyên"): "Mức sử dụng tài nguyên của Trung tâm dữ liệu tỉnh (DN viễn thông, Phó Tổng Giám đốc A): 52%/60 - 75%. "
    "Nguyên nhân (theo báo cáo của DN viễn thông): Một số sở chưa chuyển hệ thống về Trung tâm dữ liệu. "
    "Giải pháp: Chuyển theo thứ tự ưu tiên. Cam kết hoàn thành: Quý III/2024.",
    ("2024-Q1", "vi", "có tài khoản thanh toán"): "Tỷ lệ người từ 15 tuổi trở lên có tài khoản thanh toán (NHNN tỉnh, Phó Giám đốc L): "
    "khoảng 75,2%/80%. Để đạt kế hoạch năm, bình quân mỗi quý còn lại phải tăng 1,6 điểm phần trăm "
    "(quý I tăng 0,9 điểm phần trăm). Cơ quan chủ trì chưa báo cáo nguyên nhân.",
    ("2024-Q1", "en", "Villages"): "Villages without mobile broadband (Telecom, Phó Tổng Giám đốc A): 41/20 villages. "
    "To meet the plan each remaining quarter must cut 7 villages (Q1 cut 9 villages). "
    "Cause (reported by Telecom): Còn 41 villages chưa có sóng do địa hình chia cắt, chưa có điện lưới. "
    "Remedy: Dùng trạm năng lượng mặt trời, dùng chung hạ tầng. Committed date: 2024.",
    ("2024-Q1", "en", "payment account"): "Share of people aged 15 and over with a payment account (SBV branch, Phó Giám đốc L): "
    "about 75.2%/80%. To meet the plan each remaining quarter must add 1.6 percentage points "
    "(Q1 added 0.9 percentage points). The owner has given no cause.",
    (
        "2024-Q3",
        "vi",
        "chưa có sóng",
    ): "Số thôn, tổ dân phố chưa có sóng di động băng rộng (DN viễn thông, Phó Tổng Giám đốc A): 38/20 thôn. "
    "Để đạt kế hoạch năm, bình quân mỗi quý còn lại phải giảm 18 thôn. "
    "Nguyên nhân (theo báo cáo của DN viễn thông): Mưa lũ làm hư hỏng trạm, số thôn mất sóng tăng lên 38 thôn. "
    "Giải pháp: Khôi phục trạm, bổ sung nguồn dự phòng. Cam kết hoàn thành: 30/11/2024.",
    ("2024-Q4", "vi", "học bạ số"): "Tỷ lệ trường phổ thông triển khai học bạ số (Sở GD&ĐT, Phó Giám đốc C): 93%/100%. "
    "Nguyên nhân (theo báo cáo của Sở GD&ĐT): Các điểm trường vùng lõm sóng chưa triển khai được. "
    "Giải pháp: Triển khai khi có đường truyền. Cam kết hoàn thành: Quý I/2025.",
}


@pytest.mark.parametrize(("period", "language", "name"), CAUSES)
def test_what_is_needed_and_why_are_told_word_for_word(at_meeting, period, language, name):
    assert line_of(at_meeting(period), name, language) == CAUSES[period, language, name]


def test_each_target_behind_has_one_line_and_no_other(demo_review):
    behind = demo_review.decide[demo_review.decide["why"] == "behind"]
    for language in LANGUAGES:
        told = narrative.causes(demo_review, language)
        assert len(told) == len(behind) > 0
        assert all(line.startswith(f"{name} (") for line, name in zip(told, behind[f"name_{language}"]))


def test_what_is_needed_is_the_gap_over_the_quarters_left(demo_review):
    left = 4 - demo_review.period.quarter
    for row in demo_review.decide[demo_review.decide["why"] == "behind"].itertuples():
        text = line_of(demo_review, row.name_vi)
        found = re.search(r"mỗi quý còn lại phải (tăng|giảm) ([\d.]+(?:,\d+)?) ", text)
        if not left or row.operator not in ("at_least", "at_most"):
            assert not found
            continue
        assert found[1] == ("tăng" if row.operator == "at_least" else "giảm")
        shown = float(found[2].replace(".", "").replace(",", "."))
        assert shown == pytest.approx(abs(row.target - row.value) / left, abs=0.51 * 10**-row.decimals)


def test_the_last_step_is_told_only_when_it_went_the_right_way(at_meeting):
    assert "(quý III" not in line_of(at_meeting("2024-Q3"), "chưa có sóng")  # rose, where it must fall
    assert "(quý III tăng 3,5" in line_of(at_meeting("2024-Q3"), "sử dụng nền tảng số")


@pytest.mark.parametrize(
    ("cells", "ending"),
    [
        ({"cause": "", "remedy": "", "committed": ""}, " Cơ quan chủ trì chưa báo cáo nguyên nhân."),
        ({"cause": "Thiếu người", "remedy": "", "committed": ""}, " (theo báo cáo của Sở GD&ĐT): Thiếu người."),
        ({"cause": "Thiếu người.", "remedy": "Bổ sung!", "committed": ""}, ": Thiếu người. Giải pháp: Bổ sung!"),
        ({"cause": "Vì sao?", "remedy": "", "committed": "6/2024."}, ": Vì sao? Cam kết hoàn thành: 6/2024."),
        ({"cause": "Đạt {value}, kế hoạch {target}", "remedy": "", "committed": ""}, ": Đạt 71%, kế hoạch 100%."),
        ({"cause": "Còn {khác} [a]", "remedy": "", "committed": ""}, ": Còn {khác} [a]."),
    ],
)
def test_an_owners_words_are_kept_with_the_figures_filled_in(at_meeting, cells, ending):
    review = with_rows(at_meeting("2024-Q1"), "explanations", indicator="hoc-ba-so", **cells)
    assert line_of(review, "học bạ số").endswith(ending)


def test_a_figure_in_an_owners_text_follows_the_data(at_meeting):
    review = at_meeting("2024-Q1")
    seen = review.data["observations"]
    at = (seen["indicator"] == "vung-lom") & (seen["period"] == "2024-Q1") & (seen["area"] == "99")
    seen.loc[at, "value"] = 45
    text = line_of(changed_review(review, observations=seen), "chưa có sóng")
    assert "45/20 thôn" in text and "Còn 45 thôn chưa có sóng" in text and "41" not in text


# Sections I, V, VI, VII and the method


def test_proposals_name_owner_indicator_kind_and_text(at_meeting):
    told = narrative.proposals(at_meeting("2024-Q1"), "vi")
    assert told[1].startswith(
        "Sở TT&TT (Tỷ lệ hồ sơ thủ tục hành chính thanh toán trực tuyến): Bố trí kinh phí. "
        "Bố trí kinh phí thiết bị thanh toán cho bộ phận một cửa cấp xã."
    )
    assert len(told) == 11
    assert not any("khai báo" in line for line in told)  # a cause, and nothing proposed


def test_leadership_names_head_office_and_document(at_meeting, lao_cai_q1):
    assert lines(narrative.leadership(at_meeting("2024-Q1"), "vi")) == [
        "Chủ tịch UBND tỉnh Minh Họa, Trưởng Ban Chỉ đạo. Cơ quan thường trực: Sở Thông tin và Truyền thông. "
        "Văn bản giao kế hoạch: Kế hoạch số 21/KH-UBND ngày 16/01/2024 (minh họa)."
    ]
    assert lines(narrative.leadership(lao_cai_q1, "en")) == ["The data package does not hold this yet."]


def test_next_periods_list_holds_what_is_behind_due_and_overdue(at_meeting):
    review = at_meeting("2024-Q1")
    behind, due, overdue = narrative.next_tasks(review, "vi")
    assert behind.startswith("Đôn đốc 11 mục tiêu chậm tiến độ: Số xã đạt tiêu chí nông thôn mới thông minh; ")
    tasks = review.tasks.set_index("task")["name_vi"]
    assert due.startswith("Hoàn thành 6 nhiệm vụ đến hạn trong kỳ: ")
    assert [task for task, name in tasks.items() if name in due] == [
        "nv-13",
        "nv-14",
        "nv-15",
        "nv-26",
        "nv-27",
        "nv-28",
    ]
    assert overdue.startswith("Xử lý dứt điểm 4 nhiệm vụ quá hạn: ")
    assert [task for task, name in tasks.items() if name in overdue] == ["nv-29", "nv-30", "nv-31", "nv-34"]


def test_next_periods_tasks_fall_due_by_its_last_day(at_meeting):
    for period, last in (("2024-Q2", "2024-09-30"), ("2024-Q3", "2024-12-31")):
        review = at_meeting(period)
        named = next(line for line in narrative.next_tasks(review, "en") if line.startswith("Complete"))
        due = review.tasks[[name in named for name in review.tasks["name_en"]]]
        assert len(due) and (due["due_on"] <= pd.Timestamp(last)).all()
        assert (due["due_on"] >= pd.Timestamp(review.as_of)).all()


def test_no_target_with_a_pace_is_not_told_as_none_behind(lao_cai_q1):
    assert lines(narrative.causes(lao_cai_q1, "vi")) == ["Chưa có số liệu để xác định tiến độ của các chỉ tiêu."]
    assert narrative.nothing_behind(lao_cai_q1) == "no_pace"


def test_the_method_names_every_edge_in_force(at_meeting):
    text = narrative.method(at_meeting("2024-Q1"), "vi")[0]
    assert (
        "Mức độ hoàn thành: Hoàn thành, vượt: từ 100% trở lên; Trên 70%: trên 70%; 50% - 70%: từ 50% trở lên; "
        "Dưới 50%: còn lại. Tiến độ: Vượt tiến độ: từ 105% trở lên; Bảo đảm tiến độ: từ 100% trở lên; "
        "Chậm tiến độ: từ 80% trở lên; Chậm nhiều: còn lại."
    ) in text


def test_no_outlook_is_promised(demo_review):
    estimated = demo_review.explanations["full_year_estimate"].notna().any()
    annex = "; cơ quan chủ trì tự ước thực hiện cả năm ở Phụ lục 1" if estimated else ""
    assert lines(narrative.outlook(demo_review, "vi")) == [f"Chưa dự báo trong bản này{annex}."]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole_and_clean(demo_review, lao_cai_q1, name, language):
    for review in (demo_review, lao_cai_q1):
        shown = getattr(narrative, name)(review, language)
        assert isinstance(shown, Lines) and len(shown)
        for text in shown:
            clean(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_proposal_ends_like_a_sentence(demo_review, language):
    told = [line for line in narrative.proposals(demo_review, language) if line.role != "note"]
    assert all(line.endswith((".", "!", "?")) for line in told)


def test_a_page_for_the_public_names_no_leader_in_charge(demo):
    inside = dx.narrative.causes(dx.review(demo, "2024-Q1"), "vi")
    public = replace(demo, settings=replace(demo.settings, audience="public"))
    outside = dx.narrative.causes(dx.review(public, "2024-Q1"), "vi")
    assert any("Phó Giám đốc" in line for line in inside) and not any("Phó" in line.partition("): ")[0] for line in outside)
    assert len(inside) == len(outside)
