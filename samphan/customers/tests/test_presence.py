"""A record asks only the tables that know something about the customer."""

from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from samphan.administration.models import Member
from samphan.customers import actions, presence
from samphan.customers.models import ConsentEvidence, Customer, CustomerFile, Preference, Relation
from samphan.customers.tests.conftest import MakeCustomer
from samphan.platform.tenancy import in_workspace

ASKED_WHEN_SOMETHING_IS_THERE = (ConsentEvidence, CustomerFile, Preference, Relation)


def known(customer: Customer, member: Member) -> frozenset[presence.Model]:
    request = RequestFactory().get("/")
    request.member = member  # type: ignore[attr-defined]
    with in_workspace(customer.workspace_id):
        return presence.about(request, customer.pk)  # type: ignore[arg-type]


def tables_of(signed_in: Client, customer: Customer) -> str:
    with CaptureQueriesContext(connection) as asked:
        assert signed_in.get(f"/customers/{customer.pk}/").status_code == 200
    return "\n".join(one["sql"] for one in asked if not one["sql"].startswith("SELECT EXISTS"))


def test_what_nobody_noted_is_not_asked_for(signed_in: Client, prae: Customer) -> None:
    asked = tables_of(signed_in, prae)
    for model in ASKED_WHEN_SOMETHING_IS_THERE:
        assert f'FROM "{model._meta.db_table}"' not in asked


def test_what_was_noted_is_shown_to_both_ends(
    signed_in: Client, prae: Customer, owner: Member, make_customer: MakeCustomer
) -> None:
    friend = make_customer(name="อิงฟ้า เหล่าพิพัฒน์")
    with in_workspace(prae.workspace_id):
        actions.add_relation(prae, friend.pk, "spouse", {}, acting_member=owner)
        actions.add_preference(prae, "ไม่ใส่น้ำตาล", acting_member=owner)
    assert known(prae, owner) >= {Relation, Preference}
    assert Relation in known(friend, owner)
    assert Preference not in known(friend, owner)
    assert "อิงฟ้า" in signed_in.get(f"/customers/{prae.pk}/").content.decode()
    assert "ไม่ใส่น้ำตาล" in signed_in.get(f"/customers/{prae.pk}/").content.decode()
    assert f"/customers/{prae.pk}/" in signed_in.get(f"/customers/{friend.pk}/").content.decode()


def test_each_question_has_an_index(prae: Customer) -> None:
    """Each of the columns stands behind the workspace at the head of an index of its table."""
    with connection.cursor() as cursor:
        for model, columns in presence._columns.items():
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [model._meta.db_table])
            definitions = [row[0] for row in cursor.fetchall()]
            for column in columns:
                assert any(f"(workspace_id, {column}" in one and " WHERE " not in one for one in definitions), model


def test_a_request_that_writes_asks_anew(prae: Customer, owner: Member) -> None:
    request = RequestFactory().post("/")
    request.member = owner  # type: ignore[attr-defined]
    with in_workspace(prae.workspace_id):
        assert Preference not in presence.about(request, prae.pk)  # type: ignore[arg-type]
        actions.add_preference(prae, "ชอบนั่งริมหน้าต่าง", acting_member=owner)
        assert Preference in presence.about(request, prae.pk)  # type: ignore[arg-type]
