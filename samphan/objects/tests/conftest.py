"""A roastery that keeps records of the machines at its customers."""

import pytest
from django.test import Client

from samphan.administration.custom_fields import actions as fields
from samphan.administration.custom_fields.actions import Draft as FieldDraft
from samphan.administration.custom_fields.models import CustomField
from samphan.administration.models import Member, Workspace
from samphan.customers import actions as customer_actions
from samphan.customers.models import Customer
from samphan.objects import actions, definitions
from samphan.objects.definitions import Draft
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.platform.tenancy import in_workspace


@pytest.fixture
def machines(workspace: Workspace, owner: Member) -> CustomObject:
    with in_workspace(workspace.pk):
        return definitions.add_object(
            Draft(
                label_th="เครื่องชง", label_en="Machine", plural_en="Machines", title_th="รุ่น",
                code_th="หมายเลขเครื่อง", icon="coffee",
            ),
            acting_member=owner,
        )  # fmt: skip


@pytest.fixture
def warranty(machines: CustomObject, owner: Member) -> CustomField:
    with in_workspace(machines.workspace_id):
        return fields.add_field(
            actions.host_of(machines),
            FieldDraft(kind="date", label_th="ประกันถึง", label_en="Warranty"),
            acting_member=owner,
        )


@pytest.fixture
def cafe(workspace: Workspace, owner: Member) -> Customer:
    with in_workspace(workspace.pk):
        return customer_actions.create_customer(
            {"name": "ร้านกาแฟใต้ต้นโพธิ์", "phone": "0812345678"}, acting_member=owner
        ).customer


@pytest.fixture
def linea(machines: CustomObject, cafe: Customer, owner: Member) -> ObjectRecord:
    with in_workspace(machines.workspace_id):
        return actions.create_record(
            machines, {"title": "Linea Mini", "code": "LM-0001", "customer": str(cafe.pk)}, acting_member=owner
        )[1]


@pytest.fixture
def sales(salesperson: Member) -> Client:
    client = Client()
    client.force_login(salesperson.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
