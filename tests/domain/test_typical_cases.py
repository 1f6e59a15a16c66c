"""A typical case says what happened and not to whom."""

from __future__ import annotations

import pytest

from domain.typical_cases import masked_enterprise, masked_text


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("重庆示例印务有限公司", "重庆某有限公司"),
        ("重庆市示例建材股份有限公司", "重庆市某股份有限公司"),
        ("渝中区示例加油站", "渝中区某加油站"),
        ("示例木业厂", "某厂"),
        ("张某某", "某企业"),
        ("", "某企业"),
    ],
)
def test_an_enterprise_keeps_its_place_and_its_kind(name: str, masked: str) -> None:
    assert masked_enterprise(name) == masked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("重庆示例印务有限公司未密闭，示例印务已停产。", "重庆某有限公司未密闭，某已停产。"),
        ("联系人：张三示例，电话13800000000。", "联系人〔略〕，电话〔略〕。"),
        ("法定代表人为李四示例；座机023-00000000", "法定代表人〔略〕；座机〔略〕"),
        ("拨打138 0000 0000核实", "拨打〔略〕核实"),
        ("代码91500000MA5U000000登记", "代码〔略〕登记"),
        ("身份证50010119900101000X。", "身份证〔略〕。"),
        ("邮箱someone@example.cn，附件 IMG_01.jpg", "邮箱〔略〕，附件 〔略〕"),
        ("车辆渝A12345冒黑烟", "车辆〔略〕冒黑烟"),
        ("PM2.5浓度超标2倍，3台设备停运", "PM2.5浓度超标2倍，3台设备停运"),
    ],
)
def test_a_text_loses_what_belongs_to_somebody(text: str, told: str) -> None:
    assert masked_text(text, "重庆示例印务有限公司") == told


def test_a_text_without_an_enterprise_stays_as_it_is() -> None:
    assert masked_text("未落实扬尘防控措施。", "") == "未落实扬尘防控措施。"
