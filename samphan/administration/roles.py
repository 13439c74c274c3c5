"""What each role may do and read, and whose records it reaches.

Permissions are named by patterns over `domain.verb_noun`; privacy classes are those of the field catalogue. Nothing is
allowed that no role of the member allows; of several roles the widest counts. A company composes roles of its own, and
may change the ones that come with Samphan: both stand in `Workspace.roles`, read with the member at no statement's cost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from samphan.platform.access import Reach
from samphan.platform.catalogue import Privacy


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
    """The reach of one role, or of several together.

    :param permissions: patterns; in a composed role plain names.
    :param privacy: classes shown as they are. :param masked: classes shown with most of the value covered; the rest is not
        shown at all.
    :param reach: whose records, by entity; an entity that is not named: everybody's.
    """

    label: str | Promise
    permissions: tuple[str, ...]
    privacy: frozenset[str]
    masked: frozenset[str] = frozenset()
    reach: Mapping[str, Reach] = field(default_factory=dict)

    def may(self, permission: str) -> bool:
        """True when the role holds the permission.

        Screens of the administration itself are for roles that hold `*`, or that name them: seeing customers is not seeing
        the audit.
        """
        if "*" in self.permissions or permission in self.permissions:
            return True
        if permission.startswith("administration."):
            return False
        return any(fnmatchcase(permission, pattern) for pattern in self.permissions)

    def reach_of(self, entity: str) -> Reach:
        """Whose records of an entity."""
        return self.reach.get(entity, Reach.ALL)


_PLAIN = frozenset({"public", "business"})
_PEOPLE = _PLAIN | {"contact", "personal"}
_ALL = _PEOPLE | {"sensitive", "financial"}
_VIEW = ("*.view_*",)
_WORK = (
    *_VIEW,
    "work.*",
    "customers.add_customer",
    "customers.change_customer",
    "customers.tag_customer",
    "objects.add_*",
    "objects.change_*",
)

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
            "objects.*",
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
    Role.READ_ONLY: Rights(
        Role.READ_ONLY.label, (*_VIEW, "insights.read_sales"), _PLAIN | {"financial"}, masked=frozenset({"contact"})
    ),
}


CLASSES: tuple[str, ...] = tuple(Privacy)
_REACHES = frozenset(map(str, Reach))


def composed(document: Mapping[str, Any]) -> Rights:
    """A role as it stands in `Workspace.roles`: what it does not know it does not give."""
    english = get_language() == "en" and document.get("name_en")
    return Rights(
        str(document["name_en"] if english else document.get("name", "")),
        tuple(map(str, document.get("permissions", ()))),
        frozenset(document.get("privacy", ())) & set(CLASSES),
        frozenset(document.get("masked", ())) & set(CLASSES),
        {name: Reach(reach) if reach in _REACHES else Reach.OWN for name, reach in document.get("reach", {}).items()},
    )


def known_roles(own: Mapping[str, Mapping[str, Any]]) -> dict[str, Rights]:
    """Every role of a company by its key: those of Samphan, changed ones in their place, then its own."""
    found = {str(key): composed(own[key]) if key in own else rights for key, rights in RIGHTS.items()}
    found.update({key: composed(document) for key, document in own.items() if key not in found})
    return found


def rights_of(keys: Iterable[str], own: Mapping[str, Mapping[str, Any]]) -> list[Rights]:
    """The rights behind the keys of roles; an unknown role holds nothing. The owner's are never changed."""
    return [
        RIGHTS[key] if key == Role.OWNER else composed(own[key]) if key in own else RIGHTS[key]
        for key in keys
        if key in RIGHTS or key in own
    ]
