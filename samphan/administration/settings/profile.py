"""The company itself: names, tax id, branch, address, how to reach it, and its logo."""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from typing import IO, Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from samphan.administration.models import Member, Workspace
from samphan.administration.settings import store
from samphan.platform.language import reader_language
from samphan.platform.pictures import fitted
from samphan.platform.thai.addresses import Address, format_address, parse_address
from samphan.platform.thai.phones import format_phone
from samphan.platform.thai.tax_ids import branch_label, format_tax_id

LOGO_WIDTH, LOGO_HEIGHT = 512, 256  # pixels; large enough for the head of a printed page
ADDRESS = ("line", "subdistrict", "district", "province", "postcode")

LABELS: dict[str, Any] = {
    "name": _("Company name"),
    "name_en": _("Company name in English"),
    "tax_id": pgettext_lazy("of the company", "Tax id"),
    "branch": pgettext_lazy("of the company", "Branch"),
    "address": pgettext_lazy("of the company", "Address"),
    "address_en": _("Address in English"),
    "phone": pgettext_lazy("of the company", "Phone"),
    "email": pgettext_lazy("of the company", "E-mail"),
    "website": _("Website"),
    "logo": _("Logo"),
}


def _defaults(workspace: Workspace) -> store.Values:
    return {**dict.fromkeys(LABELS, ""), "name": workspace.name, "name_en": workspace.name_en, "logo": workspace.logo}


def _shown(key: str, value: Any) -> str:
    if key == "tax_id":
        return format_tax_id(str(value))
    if key == "branch":
        return branch_label(str(value), language=reader_language())
    if key == "address":
        return address_text(value)
    if key == "phone":
        return phone_text(str(value))
    if key == "logo":
        return str(_("a picture"))
    return str(value)


def _applied(workspace_id: UUID, values: store.Values) -> None:
    # Every page shows these: they stand on the row that each request reads anyway.
    Workspace.objects.filter(pk=workspace_id).update(
        name=values["name"], name_en=values["name_en"], logo=values["logo"]
    )


COMPANY = store.Topic(
    "company", "administration.company_changed", _defaults, LABELS, shown=_shown, applied=_applied, url_name="company"
)


def read_address(text: str) -> dict[str, str]:
    """The parts of an address typed as one text; places that leave no choice are filled in."""
    read = parse_address(text)
    return {part: getattr(read, part) for part in ADDRESS} if any(read[:5]) else {}


def address_text(parts: Mapping[str, str] | str) -> str:
    """An address in one line, as Thais write it; "" without one."""
    if not parts or isinstance(parts, str):
        return str(parts or "")
    line, subdistrict, district, province, postcode = (parts.get(part, "") for part in ADDRESS)
    return format_address(Address(line, subdistrict, district, province, postcode))


def phone_text(stored: str) -> str:
    """A telephone number as people write it; a hotline stays as it is."""
    return format_phone(stored) if stored.startswith("+") else stored


def keep_logo(workspace_id: UUID, source: IO[bytes]) -> str:
    """Draw a logo anew, small enough for every page, and keep it under a name made of what it holds.

    :raises PictureProblem: when it cannot be read as a picture, or has too many pixels.
    """
    drawn = fitted(source, LOGO_WIDTH, LOGO_HEIGHT)
    name = sha256(drawn).hexdigest()[:32]
    path = logo_path(workspace_id, name)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(drawn))
    return name


def logo_path(workspace_id: UUID, name: str) -> str:
    """Where a logo lies. Earlier ones stay, so that undo finds them."""
    return f"workspaces/{workspace_id}/logo/{name}.png"


def logo_content(workspace_id: UUID, name: str) -> BytesIO | None:
    """The PNG of a logo; None when it is gone."""
    path = logo_path(workspace_id, name)
    if not default_storage.exists(path):
        return None
    with default_storage.open(path) as file:
        return BytesIO(file.read())


def change(values: Mapping[str, Any], *, acting_member: Member) -> UUID | None:
    """Change what is known of the company; returns the changeset, None when nothing changed."""
    return store.write("company", values, acting_member=acting_member)
