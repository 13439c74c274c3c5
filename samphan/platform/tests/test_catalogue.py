"""The field catalogue: what a field must declare, and what a viewer finds of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samphan.platform import catalogue
from samphan.platform.catalogue import OPERATORS, Entity, Field, Operator, Privacy, Sort, Type
from samphan.platform.conditions.tests.shop import GUEST, WORKSPACE, Clerk
from samphan.platform.registries import Registry


def test_refuses_a_field_without_a_privacy_class() -> None:
    fields: Any = Field
    with pytest.raises(TypeError):
        fields("name", "ชื่อ", Type.TEXT, sql="shop_guest.name")
    with pytest.raises(ValueError, match="privacy"):
        fields("name", "ชื่อ", Type.TEXT, "", "shop_guest.name")


def test_hides_fields_of_a_privacy_class_that_the_viewer_may_not_read() -> None:
    names = [field.name for field in GUEST.fields_for(Clerk(frozenset({"contact", "financial"})))]
    assert "stage" in names
    assert not {"phone", "email", "spent"} & set(names)


def test_joins_the_further_fields_of_a_workspace() -> None:
    shoe_size = Field("shoe_size", "เบอร์รองเท้า", Type.NUMBER, Privacy.PERSONAL, "(shop_guest.custom ->> 'f1')::numeric")
    entity = replace(GUEST, provider=lambda workspace_id: [shoe_size] if workspace_id == WORKSPACE else [])
    assert entity.seen_by(Clerk()).field("shoe_size") is shoe_size
    assert not entity.seen_by(Clerk(frozenset({"personal"}))).has_field("shoe_size")


def test_fields_that_a_domain_above_keeps_are_known_to_whoever_may_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_FROM_ABOVE", {})
    score = Field("score", "คะแนน", Type.NUMBER, Privacy.FINANCIAL, "shop_guest.score")
    catalogue.add_fields("guests", score, replace(score, name="rank", privacy=Privacy.PUBLIC))
    catalogue.add_fields("guests", replace(score, label="แต้ม"))
    guests = replace(GUEST)  # nothing is kept yet of how a viewer sees it
    assert [field.name for field in guests.in_workspace(WORKSPACE).fields[-2:]] == ["score", "rank"]
    assert guests.seen_by(Clerk()).field("score").label == "แต้ม"
    assert guests.seen_by(Clerk(frozenset({"financial"}))).names & {"score", "rank"} == {"rank"}


def test_derives_operators_from_the_type() -> None:
    assert GUEST.field("stage").operators == OPERATORS[Type.CHOICE]
    with pytest.raises(ValueError, match="no operator"):
        Field("born", "วันเกิด", Type.DATE, Privacy.PERSONAL, "x.born", operators=(Operator.CONTAINS,))


def test_every_type_has_operators() -> None:
    assert set(OPERATORS) == set(Type)


def test_a_sort_expression_is_never_null() -> None:
    assert Sort("g.spent", "numeric", nothing="'-Infinity'").expression == "GREATEST(g.spent, '-Infinity')"
    assert Sort("g.name_key").expression == "g.name_key"


def test_refuses_child_rows_without_a_place_for_the_test() -> None:
    with pytest.raises(ValueError, match="test"):
        Field("phone", "โทร", Type.PHONE, Privacy.CONTACT, "x", value_sql="i.value", many="EXISTS (SELECT 1)")


def test_refuses_two_fields_or_two_entities_of_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_ENTITIES", Registry())
    assert catalogue.register(GUEST) is catalogue.entity("guests")
    with pytest.raises(ValueError, match="registered"):
        catalogue.register(replace(GUEST, url="/other/"))
    with pytest.raises(ValueError, match="twice"):
        Entity("x", "x", "x", "x.X", "x", (GUEST.fields[0], GUEST.fields[0]))
