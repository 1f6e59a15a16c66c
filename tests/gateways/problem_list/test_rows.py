"""Every column's rules, each with its own refusal in Chinese."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

import pytest

from domain.catalogues.credit_code import with_check_digit
from gateways.problem_list.reading import ReadList, read_list
from gateways.problem_list.rows import BEHAVIOURS, ListRow, row_key
from tests.gateways.problem_list.books import GOOD, HEADINGS, TODAY, Value, book, read, read_with

CODE = with_check_digit("91500103MAEX00001")


def only(result: ReadList) -> ListRow:
    assert result.refused == ()
    return result.rows[0]


def refusals(result: ReadList) -> list[tuple[str, str]]:
    assert result.rows == ()
    return [(error.column, error.code) for error in result.refused[0].errors]


def message(result: ReadList) -> str:
    return result.refused[0].errors[0].message


@pytest.mark.parametrize(
    "written",
    [
        date(2024, 6, 24),
        datetime(2024, 6, 24, 9, 30),  # noqa: DTZ001 - a cell knows no time zone
        45467,
        45467.4,
        "45467",
        20240624,
        "20240624",
        "2024年6月24日",
        "2024年06月24日（星期一）",
        "２０２４年６月２４日",
        "2024-6-24",
        "2024-06-24 00:00:00",
        "2024.6.24",
        "2024．6．24",
        "2024/6/24",
        " 2024 - 6 - 24 ",
        "2024\u200b-06-24",
    ],
)
def test_a_day_is_read_in_every_spelling(written: Value) -> None:
    assert only(read_with(移交日期=written)).transferred_on == date(2024, 6, 24)


@pytest.mark.parametrize(
    "written", ["6月24日", "2024年6月", "2024-13-01", "2024-2-30", "尽快", 7, True]
)
def test_what_is_no_single_day_is_refused_and_not_guessed(written: Value) -> None:
    result = read_with(移交日期=written)
    assert refusals(result) == [("移交日期", "date_unreadable")]
    assert "2024年6月24日" in message(result)


@pytest.mark.parametrize("day", [date(2018, 5, 8), date(2024, 6, 20), date(2024, 6, 21)])
def test_whether_a_transfer_is_too_early_is_left_to_the_policy(day: date) -> None:
    assert only(read_with(移交日期=day)).transferred_on == day


def test_a_transfer_in_the_future_is_refused() -> None:
    assert only(read_with(移交日期=TODAY)).transferred_on == TODAY
    assert refusals(read_with(移交日期=date(2025, 4, 2))) == [("移交日期", "in_future")]


def test_a_problem_is_found_before_it_is_transferred() -> None:
    same_day = read_with(移交日期="2024-07-01", 发现日期="2024-07-01")
    assert only(same_day).found_on == date(2024, 7, 1)
    later = read_with(移交日期="2024-07-01", 发现日期="2024-07-02")
    assert refusals(later) == [("发现日期", "found_after_transfer")]
    assert refusals(read_with(发现日期="2025-04-02")) == [("发现日期", "in_future")]


def test_rectification_is_due_on_the_day_of_transfer_at_the_earliest() -> None:
    same_day = read_with(移交日期="2024-07-01", 整改时限="2024-07-01")
    assert only(same_day).rectification_due_on == date(2024, 7, 1)
    earlier = read_with(移交日期="2024-07-01", 整改时限="2024-06-30")
    assert refusals(earlier) == [("整改时限", "due_before_transfer")]


@pytest.mark.parametrize(
    "text", ["江北区", "江北", "500105", "重庆市江北区", " 江 北 区 ", "⽯柱县"]
)
def test_a_district_is_found_by_its_exact_names(text: str) -> None:
    assert only(read_with(区县=text)).district in {"500105", "500240"}


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("巳南区", "巴南区"),
        ("大渡囗区", "大渡口区"),
        ("酉阳土家族自治县", "酉阳土家族苗族自治县"),
    ],
)
def test_an_unknown_district_is_refused_with_a_suggestion(text: str, suggested: str) -> None:
    result = read_with(区县=text)
    assert refusals(result) == [("区县", "unknown_district")]
    assert suggested in message(result)


def test_a_district_like_no_other_is_refused_without_a_suggestion() -> None:
    result = read_with(区县="成都市锦江区人民政府办公室")
    assert refusals(result) == [("区县", "unknown_district")]
    assert "是否应为" not in message(result)


def test_a_district_must_have_existed_on_the_day_of_the_transfer() -> None:
    headings = (*HEADINGS, "移交日期")
    rows = [
        ("江北区", *GOOD[1:], "2025-11-05"),
        ("江北区", *GOOD[1:], "2025-11-06"),
        ("500157", *GOOD[1:], "2025-11-05"),
        ("两江新区", *GOOD[1:], "2025-11-05"),
        ("两江新区", *GOOD[1:], "2025-11-06"),
    ]
    result = read_list(book([headings, *rows]), today=date(2026, 1, 1))
    assert [(row.row, row.district) for row in result.rows] == [
        (2, "500105"),
        (5, "CQ-LJXQ"),
        (6, "500157"),
    ]
    assert [(r.row, r.errors[0].code) for r in result.refused] == [
        (3, "district_not_valid_on"),
        (4, "district_not_valid_on"),
    ]
    assert "两江新区" in result.refused[0].errors[0].message
    assert "2025-11-06" in result.refused[0].errors[0].message


def test_the_address_says_which_successor_a_row_belongs_to_or_it_is_asked() -> None:
    headings = (*HEADINGS, "地址", "移交日期")
    rows = [
        ("渝北区", *GOOD[1:], "统景镇示例村", "2025-11-06"),
        ("渝北区", *GOOD[1:], "兴隆路5号", "2025-11-06"),
    ]
    result = read_list(book([headings, *rows]), today=date(2026, 1, 1))
    named, asked = (one.errors[0].message for one in result.refused)
    assert "请改填北碚区" in named
    assert "两江新区或北碚区" in asked
    assert "兴隆路5号" in asked


def test_a_row_in_a_town_that_its_district_gave_away_is_asked() -> None:
    headings = (*HEADINGS, "地址", "移交日期")
    places = ("北碚区复兴街道", "北碚区复兴路18号", "北碚区示例路1号", "北碚区天生街道复兴路")
    rows = [("北碚区", *GOOD[1:], place, "2025-11-06") for place in places]
    result = read_list(book([headings, *rows]), today=date(2026, 1, 1))
    told = [[one for one in row.warnings if one.code == "district_by_place"] for row in result.rows]
    assert [len(one) for one in told] == [1, 1, 0, 0]
    assert "已划归两江新区" in told[0][0].message
    assert "不能确定" in told[1][0].message


def test_an_unreadable_date_does_not_also_accuse_an_abolished_district() -> None:
    rows = [(*HEADINGS, "移交日期"), ("江北区", *GOOD[1:], "尽快")]
    assert refusals(read_list(book(rows), today=date(2026, 1, 1))) == [
        ("移交日期", "date_unreadable")
    ]


def test_a_credit_code_needs_its_check_digit() -> None:
    assert only(read_with(统一社会信用代码=CODE)).credit_code == CODE
    assert only(read_with(统一社会信用代码=f" {CODE.lower()} ")).credit_code == CODE
    wrong = f"{CODE[:-1]}{'1' if CODE[-1] != '1' else '2'}"
    result = read_with(统一社会信用代码=wrong)
    assert refusals(result) == [("统一社会信用代码", "credit_code_invalid")]
    assert "校验位" in message(result)


def test_a_credit_code_kept_as_a_number_has_lost_its_last_digits() -> None:
    result = read_with(统一社会信用代码=915001030000000001)
    assert refusals(result) == [("统一社会信用代码", "number_lost_digits")]
    assert "文本" in message(result)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (4, "excessive_emission"),
        ("第4项", "excessive_emission"),
        ("4.超标排放涉气污染物或未执行超低排放标准的", "excessive_emission"),
        ("超标排放涉气污染物或未执行超低排放标准", "excessive_emission"),
        ("露天焚烧", "open_burning"),
        ("一般问题", None),
        ("/", None),
        (None, None),
        ("（三）", "treatment_missing_or_idle"),
        ("重点内容9", "construction_dust"),
        ("在建工地扬尘", "construction_dust"),
        ("偷排偷放", "covert_discharge"),
        ("超标排污", "excessive_emission"),
        ("不正常运行大气治污设施", "treatment_missing_or_idle"),
    ],
)
def test_a_key_content_is_found_by_number_or_words(text: Value, code: str | None) -> None:
    assert only(read_with(重点内容=text)).key_content == code


@pytest.mark.parametrize("text", ["12", "水污染", "超标"])
def test_an_unknown_key_content_is_refused_because_the_route_follows_from_it(text: str) -> None:
    assert refusals(read_with(重点内容=text)) == [("重点内容", "unknown_key_content")]


def test_an_ambiguous_key_content_is_refused_with_those_it_may_mean() -> None:
    said = message(read_with(重点内容="弄虚作假"))
    assert "1（在线监测造假）" in said
    assert "2（监测报告造假）" in said


def test_some_other_content_is_a_general_problem_and_told() -> None:
    row = only(read_with(重点内容="其他"))
    assert (row.key_content, [w.code for w in row.warnings]) == (None, ["taken_as_general"])


def test_two_districts_in_a_cell_are_refused_as_such() -> None:
    result = read_with(区县="渝中区、巴南区")
    assert refusals(result) == [("区县", "several_districts")]
    assert "两个区县" in message(result)


def test_objects_and_sources_no_catalogue_knows_are_kept_as_remarks_with_a_warning() -> None:
    row = only(read_with(重点对象="洗衣店", 线索来源="梦见"))
    assert (row.key_object, row.clue_source) == ("", "")
    assert row.remarks == {"重点对象": "洗衣店", "线索来源": "梦见"}
    assert [warning.code for warning in row.warnings] == ["kept_as_remark", "kept_as_remark"]


def test_objects_and_sources_become_codes() -> None:
    row = only(read_with(重点对象=6, 线索来源="群众投诉"))
    assert (row.key_object, row.clue_source) == ("open_burning_control", "public_complaint")
    assert row.facts.key_object == "open_burning_control"


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_rehearsal_knows_every_behaviour(behaviour: str) -> None:
    assert only(read_with(演练=behaviour)).behaviour == behaviour


def test_a_number_without_its_last_digits_is_no_problem_number() -> None:
    result = read_with(问题编号=20240000000000001)
    assert refusals(result) == [("问题编号", "number_lost_digits")]
    assert result.refused[0].problem_no == ""


def test_a_cell_that_says_true_reads_as_yes() -> None:
    assert only(read_with(已核实=True, 已立案=False)).remarks == {"已核实": "是", "已立案": "否"}


def test_any_other_behaviour_is_refused() -> None:
    result = read_with(演练="lazy")
    assert refusals(result) == [("演练", "unknown_behaviour")]
    assert "on_time" in message(result)


def test_a_problem_number_is_folded_to_one_spelling() -> None:
    assert only(read_with(问题编号="ｃｑ２０２４－０００１")).problem_no == "CQ2024-0001"
    assert only(read_with(问题编号="渝环〔2024〕1号")).problem_no == "渝环〔2024〕1号"
    assert only(read_with(问题编号=17)).problem_no == "17"


@pytest.mark.parametrize("number", ["a/b", "../x", "a?b#c", "x" * 65, "<b>"])
def test_a_problem_number_that_breaks_an_address_is_refused(number: str) -> None:
    result = read_with(问题编号=number)
    assert refusals(result) == [("问题编号", "problem_no_invalid")]
    assert result.refused[0].problem_no == number[:64]


@pytest.mark.parametrize("column", HEADINGS)
def test_required_columns_must_be_filled(column: str) -> None:
    assert refusals(read_with(**{column: None, "地址": "示例路1号"})) == [(column, "missing")]


@pytest.mark.parametrize("hidden", ["\u200b\u200b", "\u202e\u2066", "\ufeff \u3000"])
def test_characters_nobody_sees_fill_nothing(hidden: str) -> None:
    assert refusals(read_with(企业名称=hidden)) == [("企业名称", "missing")]


def test_several_errors_of_one_row_are_all_named() -> None:
    result = read_with(区县="某区", 企业名称=None, 统一社会信用代码="123", 地址="x")
    assert refusals(result) == [
        ("区县", "unknown_district"),
        ("企业名称", "missing"),
        ("统一社会信用代码", "credit_code_invalid"),
    ]


def test_good_rows_stand_although_others_are_refused() -> None:
    result = read([HEADINGS, GOOD, ("某区", "甲示例公司", "问题。"), GOOD])
    assert [row.row for row in result.rows] == [2, 4]
    assert [row.row for row in result.refused] == [3]


def test_texts_end_at_their_longest() -> None:
    assert only(read_with(存在的环境问题="尘" * 4000)).description == "尘" * 4000
    assert only(read_with(企业名称="企" * 200)).enterprise == "企" * 200
    assert refusals(read_with(存在的环境问题="尘" * 4001)) == [("存在的环境问题", "too_long")]
    assert refusals(read_with(企业名称="企" * 201)) == [("企业名称", "too_long")]
    assert refusals(read_with(备注="长" * 4001)) == [("备注", "too_long")]


def test_chinese_punctuation_and_signs_stay_while_digits_and_letters_are_folded() -> None:
    text = "１号ＲＴＯ（温度４８７℃）：浓度３８．６mg/m³，①未记录；面积９０㎡。"
    expected = "1号RTO（温度487℃）：浓度38.6mg/m³，①未记录；面积90㎡。"
    assert only(read_with(存在的环境问题=text)).description == expected


def test_hidden_and_direction_characters_are_taken_out() -> None:
    text = "喷淋\u200b未\u202e开\ufeff启\u00ad\ufe0f。\x7f"
    assert only(read_with(存在的环境问题=text)).description == "喷淋未开启。"


def test_lines_are_kept_and_blank_ones_are_not() -> None:
    text = "第一行\r\n\r\n\n  第二行\t续\u2028第三行" + "\n" * 1000
    assert only(read_with(存在的环境问题=text)).description == "第一行\n第二行 续\n第三行"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1.未开启喷淋。2.堆场未覆盖。3.道路积尘。", 3),
        ("1、未开启喷淋；\n2、堆场未覆盖", 2),
        ("（1）未开启喷淋；（2）堆场未覆盖", 2),
        ("①未开启喷淋②堆场未覆盖", 2),
        ("一是未开启喷淋；二是堆场未覆盖；三是车辆未冲洗。", 3),
        ("存在以下问题：一是未开启喷淋，二是堆场未覆盖。", 2),
        ("（一）未开启喷淋；（二）堆场未覆盖", 2),
        ("一、未开启喷淋；二、堆场未覆盖", 2),
        ("该企业是重点单位，二是堆场未覆盖。", None),
        ("一是未开启喷淋。", None),
        ("1.5吨锅炉超标。2.5吨锅炉停用。", None),
        ("1号炉超标，2号炉停用。", None),
        ("1.未开启喷淋。3.堆场未覆盖。", None),
    ],
)
def test_numbered_problems_in_one_cell_are_a_warning_that_offers_a_split(
    text: str, count: int | None
) -> None:
    row = only(read_with(存在的环境问题=text))
    warned = [warning.message for warning in row.warnings if warning.code == "several_problems"]
    assert len(warned) == (1 if count else 0)
    assert all(f"{count}行" in words for words in warned)


def test_one_number_for_two_problems_would_lose_one_of_them() -> None:
    headings = ("问题编号", *HEADINGS)
    rows = [headings, ("CQ1", *GOOD), ("cq1", "渝中区", "乙示例公司", "别的问题。"), ("CQ1", *GOOD)]
    result = read(rows)
    assert [row.row for row in result.rows] == [2, 4]
    assert [(r.row, r.problem_no, r.errors[0].code) for r in result.refused] == [
        (3, "cq1", "problem_no_repeated")
    ]
    assert "第2行" in message(result)


def test_a_row_is_the_same_as_before_by_its_number() -> None:
    one = only(read_with(问题编号="CQ1", 企业名称="甲示例公司"))
    other = only(read_with(问题编号="ｃｑ１", 企业名称="甲示例有限公司"))
    assert row_key(one) == row_key(other)
    assert row_key(one) != row_key(only(read_with(问题编号="CQ2", 企业名称="甲示例公司")))


def test_a_row_without_number_is_the_same_by_letter_district_enterprise_and_problem() -> None:
    one = only(read_with(移交文号="渝环执法移〔2024〕示例1号", 地址="示例路1号"))
    spaced = only(
        read_with(移交文号="渝环执法移〔２０２４〕 示例1号", 企业名称="重庆示例 餐饮有限公司")
    )
    assert row_key(one) == row_key(spaced)
    for column, value in (
        ("移交文号", "渝环执法移〔2024〕示例2号"),
        ("区县", "江北区"),
        ("企业名称", "乙示例公司"),
        ("存在的环境问题", "别的问题。"),
    ):
        changed = {"移交文号": "渝环执法移〔2024〕示例1号", column: value}
        assert row_key(one) != row_key(only(read_with(**changed)))


def test_the_key_of_a_row_never_changes_between_releases() -> None:
    key = row_key(only(read_with(问题编号="CQ2024-0001")))
    assert key == hashlib.sha256(b'["cq2024-0001"]').hexdigest()


def test_a_day_of_service_stands_between_the_transfer_and_today() -> None:
    served = read_with(移交日期="2024-07-01", 送达日期="2024-07-03", 送达方式="机要交换")
    assert (only(served).served_on, only(served).served_by) == (date(2024, 7, 3), "机要交换")
    early = read_with(移交日期="2024-07-01", 送达日期="2024-06-30")
    assert refusals(early) == [("送达日期", "served_before_transfer")]
    late = read_with(移交日期="2024-07-01", 送达日期="2025-04-02")
    assert refusals(late) == [("送达日期", "in_future")]
    alone = read_with(送达日期="2024-07-01")
    assert refusals(alone) == [("送达日期", "served_without_transfer")]
    phrase = only(read_with(移交日期="2024-07-01", 送达日期="以回执为准"))
    assert (phrase.served_on, phrase.remarks["送达日期"]) == (None, "以回执为准")
