"""What each role may do and read.

Permissions are named by patterns over `domain.verb_noun`; privacy classes are those of the field catalogue. Nothing is
allowed that no role of the member allows.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member does in the company."""

    OWNER = "owner", _("Company owner")
    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    SALES = "sales", pgettext_lazy("role", "Sales")
    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Customer service")
    FINANCE = "finance", _("Finance")
    FIELD = "field", _("Field staff")
    READ_ONLY = "read_only", _("Read only")


@dataclass(frozen=True)
class Rights:
    """The reach of one role."""

    label: str | Promise
    permissions: tuple[str, ...]
    privacy: frozenset[str]


_PLAIN = frozenset({"public", "business"})
_PEOPLE = _PLAIN | {"contact", "personal"}
_ALL = _PEOPLE | {"sensitive", "financial"}
_VIEW = ("*.view_*",)
_WORK = (*_VIEW, "work.*", "customers.add_customer", "customers.change_customer", "customers.tag_customer")

RIGHTS: dict[str, Rights] = {
    Role.OWNER: Rights(Role.OWNER.label, ("*",), _ALL),
    Role.ADMIN: Rights(Role.ADMIN.label, ("*",), _ALL),
    Role.MANAGER: Rights(
        Role.MANAGER.label,
        (
            *_WORK,
            "customers.delete_customer",
            "customers.export_customer",
            "customers.import_customer",
            "commerce.*",
            "insights.*",
        ),
        _ALL,
    ),
    Role.SALES: Rights(Role.SALES.label, (*_WORK, "insights.read_sales"), _PEOPLE | {"financial"}),
    Role.MARKETING: Rights(
        Role.MARKETING.label,
        (*_WORK, "customers.export_customer", "customers.import_customer", "commerce.import_*", "insights.read_sales"),
        _PEOPLE | {"financial"},
    ),
    Role.SERVICE: Rights(Role.SERVICE.label, _WORK, _PEOPLE),
    Role.FINANCE: Rights(
        Role.FINANCE.label,
        (*_VIEW, "customers.export_customer", "customers.change_customer", "commerce.*", "insights.read_sales"),
        _ALL,
    ),
    Role.FIELD: Rights(Role.FIELD.label, _WORK, _PEOPLE),
    Role.READ_ONLY: Rights(Role.READ_ONLY.label, (*_VIEW, "insights.read_sales"), _PLAIN | {"financial"}),
}


def role_may(roles: list[str], permission: str) -> bool:
    """True when one of the roles holds the permission; an unknown role holds nothing.

    Screens of the administration itself are for roles that hold `*` alone: seeing customers is not seeing the audit.
    """
    for role in roles:
        rights = RIGHTS.get(role)
        if rights is None:
            continue
        if "*" in rights.permissions:
            return True
        if permission.startswith("administration."):
            continue
        if any(fnmatchcase(permission, pattern) for pattern in rights.permissions):
            return True
    return False


def role_may_read(roles: list[str], privacy: str) -> bool:
    """True when one of the roles is shown fields of this privacy class."""
    return any(privacy in RIGHTS[role].privacy for role in roles if role in RIGHTS)
