"""The undo button of a toast: one's own acts, and not what has a page of its own for it."""

import pytest
from django.test import Client

from samphan.administration import actions
from samphan.administration.models import Member
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.recording import changeset
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db


def undo(client: Client, act: Changeset) -> int:
    return client.post(f"/changes/{act.pk}/undo/").status_code


def test_undoes_ones_own_act_and_nobody_elses(signed_in: Client, owner: Member, salesperson: Member) -> None:
    with in_workspace(owner.workspace_id):
        with changeset("customers.customers_edited", member_id=owner.pk) as mine:
            pass
        own = Changeset.objects.get(pk=mine)
    signed_in.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert undo(signed_in, own) == 403
    signed_in.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert undo(signed_in, own) == 302


def test_leaves_an_import_to_its_own_page(signed_in: Client, owner: Member) -> None:
    with in_workspace(owner.workspace_id):
        with changeset("platform.file_imported", member_id=owner.pk) as act:
            pass
        imported = Changeset.objects.get(pk=act)
    assert undo(signed_in, imported) == 409
    with in_workspace(owner.workspace_id):
        imported.refresh_from_db()
        assert imported.undone_at is None


def test_gives_no_right_back_that_was_taken(signed_in: Client, owner: Member, salesperson: Member) -> None:
    with in_workspace(owner.workspace_id):
        actions.change_roles(salesperson, roles=["owner"], acting_member=owner)
        given = Changeset.objects.filter(kind="administration.roles_changed").latest("id")
    assert undo(signed_in, given) == 409
    with in_workspace(owner.workspace_id):
        salesperson.refresh_from_db()
    assert salesperson.roles == ["owner"]
