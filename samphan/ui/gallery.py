"""What the gallery shows: invented people of an invented coffee roaster, in every state that a component has."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _


def _stages() -> list[tuple[str, str]]:
    return [
        ("prospect", _("Interested")),
        ("lead", _("Lead")),
        ("new", _("New customer")),
        ("regular", _("Regular")),
        ("at_risk", _("At risk")),
        ("lost", _("Lost")),
        ("advocate", _("Advocate")),
    ]


def _rows(today: date) -> list[dict[str, Any]]:
    stages = dict(_stages())
    given = [
        (
            "ร้านกาดเช้า คาเฟ่",
            "organisation",
            "",
            "A",
            "regular",
            0,
            "284150",
            "0.124",
            {"line": "@kadchao", "phone": "053-111-222"},
        ),
        ("คุณนูรีย๊ะ สาเมาะ", "person", "", "C", "new", 4, "1890", "0.04", {"line": "nuriya"}),
        ("คุณหทัยชนก คำแสน", "person", "เนย", "B", "at_risk", 12, "18225.50", "-0.316", {"phone": "081-234-5678"}),
        ("คุณปิยะณัฐ กิ๊บปั้นหยา", "person", "ปุ๊ก", "B", "advocate", 20, "31275", "0.021", {"email": "piyanat@example.com"}),
        ("สหกรณ์ร้านค้าเกษตรวิถี", "organisation", "", "", "lead", None, None, None, {"phone": "02-111-2222"}),
    ]
    return [
        {
            "id": index,
            "name": name,
            "kind": kind,
            "nickname": nickname,
            "grade": grade,
            "stage": stage,
            "stage_label": stages[stage],
            "last": None if days is None else today - timedelta(days=days),
            "total": None if total is None else Decimal(total),
            "change": change,
            "channels": channels,
            "is_selected": index == 1,
        }
        for index, (name, kind, nickname, grade, stage, days, total, change, channels) in enumerate(given)
    ]


def _bar_option() -> dict[str, Any]:
    names = [_("LINE"), _("Shop"), "Facebook", "Shopee", _("E-mail"), "SMS"]
    values = [66, 52, 41, 33, 24, 17]
    tones = ["green", "amber", "sky", "orange", "violet", "teal"]
    return {
        "xAxis": {"type": "category", "data": names},
        "yAxis": {"show": False},
        "tooltip": {"trigger": "axis", "valueFormatter": "format:number"},
        "series": [
            {
                "type": "bar",
                "barWidth": 28,
                "label": {"show": True, "position": "top", "color": "token:ink2"},
                "data": [
                    {"value": value, "itemStyle": {"color": f"token:{tone}", "borderRadius": [3, 3, 0, 0]}}
                    for value, tone in zip(values, tones, strict=True)
                ],
            }
        ],
    }


def _pareto_option() -> dict[str, Any]:
    points = [[share, round(100 * (share / 100) ** 0.213, 1)] for share in range(0, 101, 2)]
    return {
        "xAxis": {
            "type": "value",
            "max": 100,
            "axisLabel": {"formatter": "format:percent"},
            "splitLine": {"show": False},
        },
        "yAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "format:percent"}},
        "tooltip": {"trigger": "axis", "valueFormatter": "format:percent"},
        "series": [
            {
                "type": "line",
                "name": _("Share of sales"),
                "data": points,
                "showSymbol": False,
                "lineStyle": {"color": "token:accent", "width": 2},
                "itemStyle": {"color": "token:accent"},
                "areaStyle": {"color": "token:accentbg"},
                "markPoint": {
                    "symbol": "circle",
                    "symbolSize": 9,
                    "label": {"show": False},
                    "data": [{"coord": [20, points[10][1]]}],
                },
            }
        ],
    }


def _field_states() -> list[dict[str, Any]]:
    return [
        {"label": _("At rest"), "look": ""},
        {"label": _("Focused"), "look": " input-focus"},
        {"label": _("Wrong"), "look": "", "is_wrong": True},
        {"label": _("Switched off"), "look": "", "is_off": True},
    ]


def _row_states() -> list[dict[str, Any]]:
    error = _("This phone number has 8 digits; it needs 9 or 10")
    states: list[dict[str, Any]] = [
        {"label": _("At rest")},
        {"label": _("Under the pointer"), "is_hover": True},
        {"label": _("Where the keys are"), "is_cursor": True},
        {"label": _("Selected"), "is_selected": True},
        {"label": _("A marked cell"), "is_cell": True},
        {"label": _("A range"), "is_range": True},
        {"label": _("Wrong"), "error": error, "phone": "081-234-56"},
    ]
    shown = {"name": "คุณปิยะณัฐ กิ๊บปั้นหยา", "phone": "081-234-5678", "total": Decimal(31275)}
    return [{**shown, **state} for state in states]


def _themed_parts() -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "stages": _stages(),
        "rows": _rows(today),
        "field_states": _field_states(),
        "row_states": _row_states(),
        "columns": [
            {"name": "name", "label": _("Customer"), "href": "?sort=name"},
            {"name": "grade", "label": _("Grade")},
            {"name": "stage", "label": _("Customer stage")},
            {"name": "last", "label": _("Last purchase"), "href": "?sort=last", "sorted": "descending"},
            {"name": "total", "label": _("Total spent"), "is_number": True, "href": "?sort=total"},
            {"name": "change", "label": _("Month before"), "is_number": True},
            {"name": "channels", "label": _("Channels")},
        ],
        "steps": [
            {"label": _("File"), "is_done": True, "href": "?step=1"},
            {"label": _("Sheet and encoding"), "is_done": True},
            {"label": _("Match columns"), "is_current": True},
            {"label": _("Check")},
            {"label": _("Import")},
        ],
        "tabs": [
            {"label": _("All"), "href": "?view=all", "count": _("about %(number)s million") % {"number": "1.2"}},
            {"label": _("Bangkok team"), "href": "?view=1", "is_current": True, "count": "1,284"},
            {"label": _("Grade A at risk"), "href": "?view=2", "count": "312"},
        ],
        "owners": [("1", "เมย์ เมธาวี"), ("2", "บอย ธีรดนย์"), ("3", "ก้อง ก้องภพ"), ("4", "ปุ้ย สุธาสินี")],
        "choices": [
            ("empty", _("Only empty fields")),
            ("newer", _("Values of the newer file")),
            ("new", _("Always a new one")),
        ],
        "menu_items": [
            {"label": _("Edit"), "icon": "pencil", "href": "#", "end": "E"},
            {"label": _("Change history"), "icon": "history", "href": "#"},
            {"is_line": True},
            {"label": _("Delete"), "icon": "trash-2", "opens": "gallery-dialog", "is_bad": True},
        ],
        "bulk_actions": [
            {"label": _("Assign"), "icon": "user-check", "url": "/ui/"},
            {"label": _("Tag"), "icon": "tag", "url": "/ui/"},
            {"label": _("Delete"), "icon": "trash-2", "opens": "gallery-dialog", "is_bad": True},
        ],
        "bar_option": _bar_option(),
        "bar_columns": [_("Channel"), _("Customers")],
        "bar_rows": [
            [_("LINE"), 66],
            [_("Shop"), 52],
            ["Facebook", 41],
            ["Shopee", 33],
            [_("E-mail"), 24],
            ["SMS", 17],
        ],
        "pareto_option": _pareto_option(),
        "pareto_columns": [_("Customers"), _("Share of sales")],
        "pareto_rows": [["20%", "71%"], ["40%", "82%"], ["60%", "90%"], ["80%", "95%"], ["100%", "100%"]],
        "reach_note": _("%(share)s have a way to reach them") % {"share": "96%"},
        "pareto_note": _("%(few)s of customers make %(most)s of sales") % {"few": "20%", "most": "71%"},
        "pareto_say": _("Keep the first %(few)s first") % {"few": "20%"},
        "heat": ["0%", "8%", "19%", "34%", "52%", "71%"],
        "tones": ["slate", "sky", "violet", "green", "amber", "orange", "rose", "teal"],
        "appointment": today + timedelta(days=6),
        "now": timezone.now() - timedelta(minutes=5),
    }


def gallery_context() -> dict[str, Any]:
    """Context of `ui/gallery.html`: the same parts for both themes."""
    return {"themes": [("light", _("Light")), ("dark", _("Dark"))], "parts": _themed_parts(), "place": "gallery"}
