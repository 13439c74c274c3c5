"""Traits follow the records they are worked out from, whoever writes these, and are filled and proven for everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from samphan.administration.models import SystemViewer, Workspace
from samphan.commerce import actions as commerce
from samphan.commerce import habits
from samphan.commerce.models import Habit, Order, Product
from samphan.customers import actions, following, jobs, trait_upkeep, traits
from samphan.customers.models import Customer
from samphan.customers.trait_states import TraitState
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prae(workspace: Workspace) -> Iterator[Customer]:
    with in_workspace(workspace.pk), changeset("test"):
        made = Customer.objects.create(workspace=workspace, name="แพร")
    settle()
    yield made


def settle() -> None:
    while following.follow_next():
        pass


def order(customer: Customer, number: str, channel: str, sku: str = "A") -> None:
    with in_workspace(customer.workspace_id):
        commerce.create_order(
            number=number, customer_id=customer.pk, ordered_at=datetime(2026, 1, 10, 3, tzinfo=UTC), channel=channel,
            lines=[commerce.Line(Decimal(1), Decimal(100), sku=sku, description=sku)],
            acting_member=SystemViewer(customer.workspace_id),
        )  # fmt: skip


def channel_of(customer: Customer) -> str | None:
    with in_workspace(customer.workspace_id):
        return Habit.objects.filter(pk=customer.pk).values_list("favourite_channel", flat=True).first()


def test_follow_an_order_its_undo_and_a_move_to_somebody_else(workspace: Workspace, prae: Customer) -> None:
    order(prae, "SO-1", "LINE")
    assert channel_of(prae) is None
    settle()
    assert channel_of(prae) == "LINE"
    with in_workspace(workspace.pk), changeset("test"):
        krit = Customer.objects.create(workspace=workspace, name="กฤษณ์")
    with in_workspace(workspace.pk):
        one = Order.objects.get(number="SO-1")
        commerce.edit_order(one, customer_id=krit.pk, acting_member=SystemViewer(workspace.pk))
    settle()
    assert (channel_of(prae), channel_of(krit)) == (None, "LINE")
    with in_workspace(workspace.pk):
        undo_changeset(Changeset.objects.latest("at").pk, member_id=None)
    settle()
    assert (channel_of(prae), channel_of(krit)) == ("LINE", None)


def test_go_with_the_orders_when_customers_become_one_and_are_parted(workspace: Workspace, prae: Customer) -> None:
    with in_workspace(workspace.pk), changeset("test"):
        krit = Customer.objects.create(workspace=workspace, name="กฤษณ์")
    order(prae, "SO-1", "LINE")
    order(krit, "SO-2", "Shopee")
    order(krit, "SO-3", "Shopee")
    settle()
    before = channel_of(prae), channel_of(krit)
    with in_workspace(workspace.pk):
        actions.merge_customers(prae.pk, [krit.pk], acting_member=SystemViewer(workspace.pk))
    settle()
    assert (channel_of(prae), channel_of(krit)) == ("Shopee", None)
    with in_workspace(workspace.pk):
        actions.part_customers(krit.pk, acting_member=SystemViewer(workspace.pk))
    settle()
    assert (channel_of(prae), channel_of(krit)) == before == ("LINE", "Shopee")


def test_follow_the_name_of_a_product(workspace: Workspace, prae: Customer) -> None:
    with in_workspace(workspace.pk), changeset("test"):
        product = Product.objects.create(workspace=workspace, sku="D1", name="กาแฟดริป")
        commerce.create_order(
            number="SO-1", customer_id=prae.pk, ordered_at=datetime(2026, 1, 10, 3, tzinfo=UTC),
            lines=[commerce.Line(Decimal(1), Decimal(100), product_id=product.pk)],
            acting_member=SystemViewer(workspace.pk),
        )  # fmt: skip
    settle()
    with in_workspace(workspace.pk), changeset("test"):
        Product.objects.update(name="ดริปดอยช้าง")
    settle()
    with in_workspace(workspace.pk):
        assert Habit.objects.get(pk=prae.pk).favourite_product == "ดริปดอยช้าง"


def test_a_follower_that_is_killed_repeats_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, prae: Customer, workspace: Workspace
) -> None:
    order(prae, "SO-1", "LINE")
    with monkeypatch.context() as broken:
        broken.setattr(traits, "refresh", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            following.follow_next()
    settle()
    assert channel_of(prae) == "LINE"


def test_are_filled_for_everybody_from_where_a_filling_stopped(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    monkeypatch.setattr(trait_upkeep, "FILLED_AT_ONCE", 2)
    with in_workspace(workspace.pk), changeset("test"):
        people = Customer.objects.bulk_create([Customer(workspace=workspace, name=f"ลูกค้า {n}") for n in range(5)])
    for number, one in enumerate(people):
        order(one, f"SO-{number}", "LINE")
    with in_workspace(workspace.pk):
        Habit.objects.all().delete()
        assert not trait_upkeep.is_filled(workspace.pk)
        assert trait_upkeep.fill_next(workspace)
        assert Habit.objects.count() == 2
    jobs.fill_traits(workspace_id=str(workspace.pk))
    with in_workspace(workspace.pk):
        assert Habit.objects.count() == 5
        assert trait_upkeep.is_filled(workspace.pk)
        assert not trait_upkeep.fill_next(workspace)


def test_a_proof_counts_and_mends_what_was_missed(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace, prae: Customer
) -> None:
    monkeypatch.setattr(jobs, "BETWEEN_LOOKS_SECONDS", 0.0)
    order(prae, "SO-1", "LINE")
    settle()
    jobs.fill_traits(workspace_id=str(workspace.pk))
    jobs.prove_traits(workspace_id=str(workspace.pk))
    with in_workspace(workspace.pk):
        (sound,) = trait_upkeep.proofs(workspace.pk)
        assert (sound.proved, sound.differing) == (1, 0)
        Habit.objects.update(favourite_channel="TikTok")
    jobs.prove_traits(workspace_id=str(workspace.pk))
    with in_workspace(workspace.pk):
        (found,) = trait_upkeep.proofs(workspace.pk)
        assert (found.proved, found.differing) == (1, 1)
    assert channel_of(prae) == "LINE"


def test_a_follower_that_was_away_too_long_lets_everything_be_worked_out_anew(
    workspace: Workspace, prae: Customer
) -> None:
    jobs.fill_traits(workspace_id=str(workspace.pk))
    with transaction.atomic():
        following.begin_anew()
    with in_workspace(workspace.pk):
        assert TraitState.objects.get(name=habits.TRAITS.name).version == 0
