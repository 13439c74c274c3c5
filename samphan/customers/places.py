"""Where customers stand in the shell."""

from django.utils.translation import gettext_lazy as _

from samphan.customers.permissions import ADD, VIEW
from samphan.ui import navigation


def register() -> None:
    """Offer the list in the sidebar and on the phone, and a new customer in the command palette."""
    navigation.register(
        navigation.Place(
            "customers",
            _("Customers"),
            "users",
            "customer-list",
            permission=VIEW,
            order=30,
            phone=3,
            words="รายชื่อลูกค้า, ฐานลูกค้า, contacts, people, clients",
        )
    )
    navigation.register_command(
        navigation.Command(
            _("Add customer"),
            "user-plus",
            "customer-create",
            permission=ADD,
            keys="C",
            words="ลูกค้าใหม่, สร้างลูกค้า, new customer, create customer, add contact, new contact",
            rest="name",
        )
    )
