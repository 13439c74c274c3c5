"""The sidebar shows what exists and what the member may see."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils.translation import gettext_lazy as _

from samphan.platform.imports.models import ImportBatch
from samphan.ui import navigation


@pytest.fixture
def empty_navigation(monkeypatch):
    for name in ("_places", "_commands", "_urls"):
        monkeypatch.setattr(navigation, name, {})
    for name in ("_pins", "_workspaces", "_bell"):
        monkeypatch.setattr(navigation, name, [])


@pytest.fixture
def request_by():
    def make(*permissions):
        request = RequestFactory().get("/ui/")
        request.member = SimpleNamespace(may=lambda permission: permission in permissions)
        return request

    return make


def test_leaves_out_a_place_the_member_may_not_see(empty_navigation, request_by):
    navigation.register(
        navigation.Place("gallery", "Gallery", "users", "ui-gallery", permission="customers.view_customer")
    )
    assert navigation.sections(request_by()) == []
    (section,) = navigation.sections(request_by("customers.view_customer"))
    assert [entry.url for entry in section.entries] == ["/ui/"]


def test_leaves_out_a_place_whose_page_does_not_exist(empty_navigation, request_by):
    navigation.register(navigation.Place("deals", "Deals", "target", "no-such-page"))
    assert navigation.sections(request_by()) == []


def test_sorts_places_and_counts_what_waits_in_one_statement(
    empty_navigation, request_by, inside, django_assert_num_queries
):
    for _turn in range(7):
        ImportBatch.objects.create(workspace_id=inside.pk, kind="customers", file_name="a.csv", file_path="a")
    batches = ImportBatch.objects.filter(kind="customers")
    waiting = {"second": batches.none(), "first": batches, "third": batches[:3], "hidden": batches, "bare": None}
    for order, (name, rows) in enumerate(waiting.items()):
        navigation.register(
            navigation.Place(
                name, name, "users", "ui-gallery", "nobody.may" if name == "hidden" else "", order=-order,
                waiting=lambda request, rows=rows: rows,
            )
        )  # fmt: skip
    navigation.use_bell(lambda request: batches[:5])
    with django_assert_num_queries(1):
        counted = navigation.counts(request_by())
    assert counted == {"bell": 5, "second": 0, "first": 7, "third": 3}
    (section,) = navigation.sections(request_by(), counted)
    assert [(entry.name, entry.count) for entry in section.entries] == [
        ("bare", None), ("third", 3), ("first", 7), ("second", None),
    ]  # fmt: skip


def test_an_address_nobody_offers_is_empty(empty_navigation):
    assert navigation.url_for("palette") == ""
    navigation.use_url("palette", "ui-gallery")
    assert navigation.url_for("palette") == "/ui/"


def test_is_found_by_its_labels_in_both_languages_and_by_other_words(empty_navigation, request_by):
    navigation.register(navigation.Place("gallery", _("Settings"), "users", "ui-gallery", words="ตัวเลือก, Options"))
    navigation.register_command(navigation.Command(_("Search"), "users", "ui-gallery", words="หา", rest="q"))
    (section,) = navigation.sections(request_by())
    assert section.entries[0].words == "ตั้งค่า|settings|ตัวเลือก|options"
    (command,) = navigation.commands(request_by())
    assert (command.words, command.rest) == ("ค้นหา|search|หา", "q")
