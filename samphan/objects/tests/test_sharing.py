"""One record is shared with who does not reach it: seen, told, ended and undone."""

import re

import pytest
from django.test import Client

from samphan.administration import actions as people
from samphan.administration.models import Member, Notification, Workspace
from samphan.customers.models import Customer
from samphan.objects import actions
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.objects.subscribers import tell_whom_it_is_shared_with
from samphan.platform.changes.models import Changeset
from samphan.platform.changes.undo import undo_changeset
from samphan.platform.events.models import OutboxEvent
from samphan.platform.events.outbox import read
from samphan.platform.tenancy import in_workspace

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def narrow(workspace: Workspace, salesperson: Member) -> Member:
    """A colleague who reaches their own machines and their own customers alone."""
    with in_workspace(workspace.pk):
        workspace.roles = {
            "tech": {
                "name": "ช่าง", "privacy": ["public", "business"],
                "permissions": ["objects.view_machine", "objects.export_machine", "customers.view_customer"],
                "reach": {"o_machine": "own", "customers": "own"},
            }
        }  # fmt: skip
        workspace.save(update_fields=["roles"])
        salesperson.roles = ["tech"]
        salesperson.save(update_fields=["roles"])
    return salesperson


def test_a_record_is_shared_seen_told_and_lost(
    signed_in: Client, sales: Client, workspace: Workspace, owner: Member, narrow: Member, machines: CustomObject,
    linea: ObjectRecord, cafe: Customer,
) -> None:  # fmt: skip
    base = f"/objects/machine/{linea.pk}/"
    with in_workspace(workspace.pk):
        other = actions.create_record(machines, {"title": "Slayer"}, acting_member=owner)[1]
    assert sales.get(base).status_code == 404
    assert f'hx-get="{base}sharing/"' in signed_in.get(base).content.decode()
    dialog = signed_in.get(f"{base}sharing/", headers=HTMX).content.decode()
    assert narrow.name in dialog and owner.name not in dialog
    assert signed_in.post(f"{base}sharing/", {"member": "", "team": ""}, headers=HTMX).status_code == 422
    assert signed_in.post(f"{base}sharing/", {"member": "x"}, headers=HTMX).status_code == 404
    shared = signed_in.post(f"{base}sharing/", {"member": str(narrow.pk)}, headers=HTMX)
    assert shared.status_code == 200
    removal = re.search(rf"{base}sharing/[0-9a-f-]+/removal/", shared.content.decode())
    assert removal
    assert "แชร์ให้" in signed_in.get(base).content.decode()
    page = sales.get(base).content.decode()
    assert "Linea Mini" in page
    assert cafe.name not in page, "the customer stays out of reach"
    listed = sales.get("/objects/machine/").content.decode()
    assert "Linea Mini" in listed and other.title not in listed
    assert "Linea Mini" in sales.get("/search/", {"q": "LM-0001"}).content.decode()
    assert "Linea Mini" in sales.get("/export/o_machine/?format=csv").getvalue().decode()
    assert sales.get(f"/objects/machine/{other.pk}/").status_code == 404
    assert sales.get(f"{base}sharing/", headers=HTMX).status_code == 403
    assert sales.post(f"{base}fields/title/edit/", {"value": "x", "seen": "Linea Mini"}).status_code == 403
    with in_workspace(workspace.pk):
        (published,) = OutboxEvent.objects.filter(type="objects.record_shared")
        tell_whom_it_is_shared_with(read(published.type, published.payload))  # type: ignore[arg-type]
        told = Notification.objects.get(kind="objects.record_shared")
        assert (told.member_id, told.url) == (narrow.pk, base)
    assert signed_in.post(removal.group(), headers=HTMX).status_code == 200
    assert sales.get(base).status_code == 404
    assert signed_in.post(removal.group(), headers=HTMX).status_code == 409, "somebody was faster"
    with in_workspace(workspace.pk):
        act = Changeset.objects.filter(kind="administration.share_withdrawn").latest("id")
        undo_changeset(act.pk, member_id=owner.pk)
    assert sales.get(base).status_code == 200


def test_a_team_sees_it_and_where_everybody_reaches_all_nothing_is_offered(
    signed_in: Client, sales: Client, workspace: Workspace, owner: Member, salesperson: Member, linea: ObjectRecord,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    base = f"/objects/machine/{linea.pk}/"
    assert "sharing/" not in signed_in.get(base).content.decode()
    request.getfixturevalue("narrow")
    with in_workspace(workspace.pk):
        team = people.create_team(workspace, name="ทีมช่าง", members=[salesperson], acting_member_id=owner.pk)
    assert sales.get(base).status_code == 404
    assert signed_in.post(f"{base}sharing/", {"team": str(team.pk)}, headers=HTMX).status_code == 200
    assert sales.get(base).status_code == 200
    with in_workspace(workspace.pk):
        act = Changeset.objects.filter(kind="administration.record_shared").latest("id")
        undo_changeset(act.pk, member_id=owner.pk)
    assert sales.get(base).status_code == 404
