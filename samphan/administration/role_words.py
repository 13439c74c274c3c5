"""Roles in plain words: what they see, whose records, what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from samphan.administration.lists import kinds
from samphan.administration.roles import CLASSES, Rights
from samphan.platform import catalogue
from samphan.platform.access import Permission, Reach, owned_entities, permissions
from samphan.platform.catalogue import Privacy

EXAMPLES = 4  # fields named for each class

CLASS_LABELS: dict[str, str | Promise] = {
    Privacy.PUBLIC: pgettext_lazy("privacy class", "Open"),
    Privacy.BUSINESS: pgettext_lazy("privacy class", "Business"),
    Privacy.CONTACT: pgettext_lazy("privacy class", "Contact"),
    Privacy.PERSONAL: pgettext_lazy("privacy class", "Personal"),
    Privacy.SENSITIVE: pgettext_lazy("privacy class", "Sensitive"),
    Privacy.FINANCIAL: pgettext_lazy("privacy class", "Money"),
}
REACH_LABELS: dict[str, str | Promise] = {
    Reach.OWN: pgettext_lazy("whose records", "Their own"),
    Reach.TEAM: pgettext_lazy("whose records", "Their teams'"),
    Reach.ALL: pgettext_lazy("whose records", "Everybody's"),
}
REACH_NOTES: dict[str, str | Promise] = {
    Reach.OWN: gettext_lazy("What is theirs, shared with them, or belongs to somebody they stand in for."),
    Reach.TEAM: gettext_lazy("That, what belongs to the people in their teams, and what is nobody's yet."),
    Reach.ALL: gettext_lazy("Every record of the company."),
}
_REACH_SENTENCES: dict[str, str | Promise] = {
    Reach.OWN: REACH_NOTES[Reach.OWN],
    Reach.TEAM: gettext_lazy(
        "What is theirs or their teams', shared with them, or nobody's yet; and of whom they stand in for."
    ),
    Reach.ALL: REACH_NOTES[Reach.ALL],
}
COVERED = {Privacy.CONTACT: "081-xxx-5678 · s•••@example.co.th"}
"""What is left of a covered value; of other classes three dots."""


@dataclass(frozen=True)
class Domain:
    """The permissions of one domain."""

    name: str
    label: str
    permissions: list[Permission]


@dataclass(frozen=True)
class Line:
    """One line of what a role means. `tone`: "" for what is given, "off" for what is not."""

    title: str
    text: str
    tone: str = ""


def domains() -> list[Domain]:
    """Every permission, by domain; the administration's own stand last."""
    found: dict[str, list[Permission]] = {}
    for one in permissions():
        found.setdefault(one.name.partition(".")[0], []).append(one)
    order = sorted(found, key=lambda name: (name == "administration", name != "customers", name))
    return [Domain(name, _domain(name), found[name]) for name in order]


def examples(privacy: str) -> str:
    """A few fields of a privacy class, as the catalogue names them."""
    labels: dict[str, None] = {}
    for kind in kinds():
        for field in catalogue.entity(kind.entity_name).fields:
            if field.privacy == privacy:
                labels.setdefault(str(field.label))
    return ", ".join(list(labels)[:EXAMPLES])


def covered(privacy: str) -> str:
    """What somebody sees of a covered field of a class."""
    return COVERED.get(Privacy(privacy), "•••")


def said(names: Iterable[object]) -> list[str]:
    """Names of rights and classes, and `entity: reach`, as the audit trail keeps them, in words."""
    rights = {one.name: str(one.label) for one in permissions()}
    entities = {name: str(label) for name, label in owned_entities()}
    found = []
    for name in map(str, names):
        entity, colon, reach = name.partition(": ")
        if colon and reach in REACH_LABELS:
            found.append(f"{entities.get(entity, entity)}: {REACH_LABELS[reach]}")
        else:
            found.append(rights.get(name) or str(CLASS_LABELS.get(name, name)))
    return found


def line(rights: Rights) -> str:
    """A role in one line: whose records, and which classes of fields are covered or left out."""
    parts = [
        f"{label}: {REACH_LABELS[rights.reach_of(name)]}"
        for name, label in owned_entities()
        if rights.reach_of(name) is not Reach.ALL
    ] or [_("Everybody's records")]
    hidden = [name for name in CLASSES if name not in rights.privacy | rights.masked]
    if masked := _classes(rights, "masked"):
        parts.append(_("Covered: %(classes)s") % {"classes": masked})
    if hidden:
        parts.append(_("Left out: %(classes)s") % {"classes": ", ".join(str(CLASS_LABELS[name]) for name in hidden)})
    return " · ".join(parts)


def right_count(rights: Rights) -> tuple[int, int]:
    """How many of the permissions a role holds, and how many there are."""
    every = permissions()
    return sum(rights.may(one.name) for one in every), len(every)


def summary(rights: Rights) -> list[Line]:
    """A role line by line: records, fields, acts; what it does not give comes after what it gives."""
    found = [
        Line(_("%(records)s it sees") % {"records": label}, str(_REACH_SENTENCES[rights.reach_of(name)]))
        for name, label in owned_entities()
    ]
    if shown := _classes(rights, "privacy"):
        found.append(Line(_("Fields shown"), shown))
    if masked := _classes(rights, "masked"):
        found.append(Line(_("Fields covered"), masked))
    hidden = [name for name in CLASSES if name not in rights.privacy | rights.masked]
    if hidden:
        found.append(Line(_("Fields left out"), ", ".join(str(CLASS_LABELS[name]) for name in hidden), "off"))
    for domain in domains():
        held = [one for one in domain.permissions if rights.may(one.name)]
        if len(held) == len(domain.permissions):
            found.append(Line(domain.label, _("Everything")))
        elif held:
            found.append(Line(domain.label, ", ".join(str(one.label) for one in held)))
    closed = [domain.label for domain in domains() if not any(rights.may(one.name) for one in domain.permissions)]
    if closed:
        found.append(Line(_("Nothing of"), ", ".join(closed), "off"))
    return found


def _classes(rights: Rights, kind: str) -> str:
    held = rights.privacy if kind == "privacy" else rights.masked - rights.privacy
    return ", ".join(str(CLASS_LABELS[name]) for name in CLASSES if name in held)


def _domain(name: str) -> str:
    try:
        return str(apps.get_app_config(name).verbose_name)
    except LookupError:
        return name
