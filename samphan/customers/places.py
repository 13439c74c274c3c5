"""Where customers stand in the shell."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samphan.administration import guide
from samphan.administration.models import Member
from samphan.customers.models import Customer
from samphan.customers.permissions import ADD, IMPORT, VIEW
from samphan.ui import navigation


def _first_file(member: Member) -> guide.Standing:
    samples = guide.samples_in(member)  # an import's id is that of its changeset
    own = Customer.objects.visible_to(member).exclude(created_in__in=samples)
    if guide.has_imported(member) or own.exists():
        return guide.Standing(True, _("Your customers are here."), _("See the customers"), reverse("customer-list"))
    if samples:
        return guide.Standing(
            False,
            _("The sample is in: look around. Then take it out, and put your own file here."),
            _("Choose a file"),
            reverse("import-list"),
            sample_url=reverse("import-run", args=[samples[0]]),
        )
    return guide.Standing(
        False,
        _("Customers, products or sales, in Thai or English, as the file is. You see everything before it is written."),
        _("Choose a file"),
        reverse("import-list"),
        sample="customers",
    )


FIRST_FILE = guide.Step("first-file", 10, "file-spreadsheet", _("Put your Excel in"), IMPORT, _first_file, True)


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
