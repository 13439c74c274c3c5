"""Where the kinds of a company stand in the shell: each in the sidebar, their definitions behind the gear."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from samphan.objects.known import known_objects
from samphan.objects.permissions import DEFINE
from samphan.ui import navigation


def register() -> None:
    """Offer the kinds and the page that defines them."""
    navigation.register_places(_places)
    navigation.register(
        navigation.Place(
            "custom-objects", _("Kinds of records"), "box", "custom-objects", permission=DEFINE, group="foot", order=63,
            section="records", note=_("Machines, pets, cars: what else the company keeps records of"),
            words="ออบเจ็กต์, ชนิดข้อมูล, เครื่องชง, สัตว์เลี้ยง, รถ, ทรัพย์สิน, สัญญา, custom objects, entities, tables, machines",
        )
    )  # fmt: skip


def _places(request: HttpRequest) -> Iterable[navigation.Place]:
    return [
        navigation.Place(
            kind.entity_name,
            kind.plural,
            kind.icon,
            "record-list",
            permission=kind.permission("view"),
            order=70 + place,
            words=kind.names,
            url_args=(kind.entity_name,),
        )
        for place, kind in enumerate(known_objects())
    ]
