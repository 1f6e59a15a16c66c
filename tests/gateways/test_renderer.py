from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from domain.stages import Stage
from gateways.renderer import Renderer


def rendered(folder: Path, text: str, name: str = "x.html", **values: object) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return Renderer(folder).page(name, **values)


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{{ v|day }}", date(2024, 7, 9), "2024年7月9日"),
        ("{{ v|day }}", datetime(2024, 7, 9, 16, 30, tzinfo=UTC), "2024年7月10日"),
        ("{{ v|day }}", None, "—"),
        ("{{ v|full_day }}", date(2024, 7, 9), "2024年7月9日（星期二）"),
        ("{{ v|full_day }}", None, "—"),
        ("{{ v|due }}", datetime(2024, 7, 9, 16, tzinfo=UTC), "2024年7月9日（星期二）24:00"),
        ("{{ v|due }}", datetime(2024, 7, 9, 9, 30, tzinfo=UTC), "2024年7月9日（星期二）17:30"),
        ("{{ v|due }}", None, "—"),
        ("{{ v|due_brief }}", datetime(2024, 7, 9, 16, tzinfo=UTC), "2024年7月9日24:00"),
        ("{{ v|due_brief }}", datetime(2024, 7, 9, 9, 30, tzinfo=UTC), "2024年7月9日17:30"),
        ("{{ v|due_brief }}", None, "—"),
        ("{{ v|instant }}", datetime(2024, 7, 9, 2, 5, tzinfo=UTC), "2024-07-09 10:05"),
        ("{{ v|instant }}", None, "—"),
        ("{{ v|label }}", Stage.RECTIFYING, "整改中"),
        ("{{ v|label }}", None, "—"),
        ("{{ v|money }}", Decimal(12500), "12,500元"),
        ("{{ v|money }}", Decimal("0.5"), "0.50元"),
        ("{{ v|money }}", None, "—"),
        ("{{ v|points }}", Decimal("1.50"), "1.5分"),
        ("{{ v|points }}", Decimal(10), "10分"),
        ("{{ v|points }}", None, "—"),
        ("{{ v|district_name }}", "500107", "九龙坡区"),
    ],
)
def test_a_value_reads_the_same_everywhere(
    tmp_path: Path, template: str, value: object, text: str
) -> None:
    assert rendered(tmp_path, template, v=value) == text


def test_html_is_escaped_whatever_the_ending_but_text_is_not(tmp_path: Path) -> None:
    hostile = "<b>&"
    assert rendered(tmp_path, "{{ v }}", "x.html", v=hostile) == "&lt;b&gt;&amp;"
    assert rendered(tmp_path, "{{ v }}", "x.html.j2", v=hostile) == "&lt;b&gt;&amp;"
    assert rendered(tmp_path, "{{ v }}", "x.txt", v=hostile) == hostile


def test_template_syntax_in_a_value_is_text(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ v }}", v="{{ 7*7 }}") == "{{ 7*7 }}"


def test_a_missing_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, "{% if v %}{% endif %}")


def test_a_subject_is_one_line(tmp_path: Path) -> None:
    both = "{% extends layout %}{% block title %}甲\n  乙{% endblock %}{% block body %}丙{% endblock %}"
    for name, text in (
        ("_base/subject.txt", "{% block title %}{% endblock %}\n"),
        ("_base/body.txt", "{% block body %}{% endblock %}"),
        ("level-raised/body.txt", both),
        ("level-raised/body.html", "丁"),
    ):
        file = tmp_path / "emails" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert Renderer(tmp_path).mail("level_raised") == ("甲 乙", "丙", "丁")


def test_common_values_reach_every_template(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("{{ system }}", encoding="utf-8")
    assert Renderer(tmp_path, {"system": "闭环"}).page("x.html") == "闭环"
