"""Tags and filters: numbers, money, dates and small parts as Thai offices write them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from samphan.ui.templatetags import ui


def render(source, language="th", **context):
    request = RequestFactory().get("/customers/?sort=name&after=9")
    with translation.override(language):
        return Template("{% load ui %}" + source).render(RequestContext(request, context))


def test_writes_money_with_satang_and_a_real_minus():
    assert ui.baht(Decimal("1234.505")) == "฿1,234.51"
    assert ui.baht(Decimal("-3.2")) == "−฿3.20"
    assert ui.baht_round(612400.5) == "฿612,401"


def test_unknown_is_a_dash_and_zero_is_zero():
    assert "—" in render("{{ value|baht }}", value=None)
    assert render("{{ value|baht }}", value=0) == "฿0.00"
    assert "—" in render("{{ value|or_dash }}", value="")
    assert render("{{ value|or_dash }}", value=0) == "0"


def test_a_share_becomes_percent():
    assert ui.percent("0.426", 1) == "42.6%"
    assert ui.change("0.124") == "+12.4%"
    assert ui.change("-0.316") == "−31.6%"


@pytest.mark.parametrize(("count", "exact", "words"), [(1284, True, "1,284"), (1_200_000, True, "ประมาณ 1.2 ล้าน")])
def test_counts_above_a_million_are_about(count, exact, words):
    with translation.override("th"):
        assert ui.about_count(count, exact) == words


def test_a_name_cannot_inject_markup():
    assert "<b>" not in render("{% dot name 'green' %}{% avatar name %}{% pill name %}", name="<b>x</b>")


def test_an_avatar_is_round_for_people_and_square_for_organisations():
    assert "avatar-square" not in render("{% avatar 'คุณพิมพ์ลดา' 'person' %}")
    organisation = render("{% avatar 'ร้านกาดเช้า คาเฟ่' 'organisation' %}")
    assert "avatar-square" in organisation
    assert ">ก<" in organisation


def test_keeps_the_address_and_changes_one_part():
    address = render("{% query sort='total' after=None %}").replace("&amp;", "&")
    assert QueryDict(address[1:]).dict() == {"sort": "total"}


def test_says_how_long_ago_in_both_languages():
    when = timezone.now() - timedelta(minutes=5)
    if timezone.localtime(when).date() == timezone.localdate():
        assert "5 นาทีก่อน" in render("{% ago when %}", when=when)
        assert "5 minutes ago" in render("{% ago when %}", "en", when=when)


def test_works_in_an_include_that_sees_nothing_else():
    html = render(
        '{% include "ui/field_edit.html" with name="phone" label="โทรศัพท์" value="08" seen="" action="/x" only %}'
    )
    assert 'name="csrfmiddlewaretoken"' in html


def test_a_template_without_a_request_still_renders():
    assert Template("{% load ui %}{% day value %}").render(Context({"value": timezone.localdate()}))
