from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from samphan.administration.models import Member, Workspace
from samphan.platform.ids import uuid7
from samphan.platform.search import opened
from samphan.platform.search.opened import Opened, opened_by, remember_opened

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_counts_and_keeps_the_last_time(inside: Workspace, owner: Member, salesperson: Member) -> None:
    one, two = uuid7(), uuid7()
    remember_opened(owner, "customer", one, at=AT)
    remember_opened(owner, "customer", two, at=AT + timedelta(minutes=2))
    remember_opened(owner, "customer", one, at=AT + timedelta(minutes=5))
    remember_opened(owner, "customer", one, at=AT + timedelta(minutes=5, seconds=10))  # a reload
    assert [(each.id, each.count) for each in opened_by(owner)] == [(one, 2), (two, 1)]
    assert opened_by(salesperson) == []


def test_keeps_a_bounded_number_for_each_member(
    inside: Workspace, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "KEPT", 5)
    records = [uuid7() for _number in range(9)]
    for minute, record in enumerate(records):
        remember_opened(owner, "customer", record, at=AT + timedelta(minutes=minute))
    assert [each.id for each in opened_by(owner, 100)] == list(reversed(records))[:5]


def test_takes_one_statement_for_a_record_that_is_known(
    inside: Workspace, owner: Member, django_assert_num_queries: object
) -> None:
    record = uuid7()
    with django_assert_num_queries(2):  # type: ignore[operator]
        remember_opened(owner, "customer", record, at=AT)
    with django_assert_num_queries(1):  # type: ignore[operator]
        remember_opened(owner, "customer", record, at=AT + timedelta(hours=1))


def test_often_and_lately_weighs_more() -> None:
    def weight(days: float, count: int) -> float:
        return Opened("customer", UUID(int=1), AT - timedelta(days=days), count).weight(AT)

    assert weight(0, 1) > weight(1, 1) > weight(30, 1)
    assert weight(30, 8) > weight(30, 1)
    assert weight(0, 1) == 5
