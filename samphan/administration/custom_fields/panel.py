"""Custom fields on the page of a record: shown in their groups, edited in place, each with its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration.custom_fields import definitions, files, history, hosts, relations, values, writing
from samphan.administration.custom_fields.definitions import say
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.sql import own_group
from samphan.administration.lists.custom_editing import EDITED, input_of, lookup_url
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import members
from samphan.platform.access import require, requires
from samphan.platform.attachments import ACCEPTED, SHOWN_INLINE, held_files, size_words
from samphan.platform.errors import DomainError, EditedMeanwhile
from samphan.ui import preferences

if TYPE_CHECKING:
    from samphan.administration.custom_fields.models import CustomField


MOST_LOOKED_UP = 80  # letters


@dataclass(frozen=True)
class FilesOfRow:
    """The files of a field of a record.

    :param shown: name, address, size and whether it is a picture. :param own_url: of the row. :param add_url: "" for who may
        not attach any. :param problems: sentences about those that were not taken.
    """

    shown: Sequence[tuple[str, str, str, bool]]
    own_url: str
    add_url: str
    problems: Sequence[str] = ()
    accepted: str = ACCEPTED


@dataclass(frozen=True)
class CustomRow:
    """A custom field of a record for its template.

    :param edit_url: "" where it is not edited. :param history_url: "" without history. :param url: of another record it names.
    :param files: of a field of files; None for others.
    """

    name: str
    label: str
    help: str
    value: SafeString | str
    edit_url: str
    history_url: str
    url: str = ""
    files: FilesOfRow | None = None


class Groups(list[tuple[str, list[CustomRow]]]):
    """The custom fields of a record, group by group, and where it is asked what points at it: "" where nothing can."""

    pointing_url = ""

    def __bool__(self) -> bool:
        return bool(len(self) or self.pointing_url)


class Writer:
    """Writes the custom fields of records for one reader."""

    def __init__(self, request: MemberRequest, host: Host) -> None:
        self.request, self.host = request, host
        self.member = request.member
        self.day = preferences.day_writer(request)
        self._people: dict[UUID, str] | None = None
        self.records: dict[UUID, str] = {}
        self._asked: set[UUID] = set()

    def learn(self, pairs: Iterable[tuple[CustomField, Any]]) -> None:
        """Ask what records are called that values point at; one statement for each kind of record."""
        wanted: dict[str, set[UUID]] = {}
        for field, value in pairs:
            if field.kind == "relation":
                wanted.setdefault(str(field.rule("target")), set()).update(relations.ids(value))
        for target, ids in wanted.items():
            if missing := ids - self._asked:
                self._asked |= missing
                self.records |= relations.labels(target, missing, self.member)

    @property
    def people(self) -> dict[UUID, str]:
        """The names of the members, by id; asked for once, when a field needs them."""
        if self._people is None:
            self._people = {one.pk: one.name for one in members(self.member)}
        return self._people

    def words(self, field: CustomField, value: Any) -> str:
        """A stored value as a person reads it."""
        people = self.people if field.kind == "member" and value is not None else None
        self.learn([(field, value)])
        return values.words(field, value, day=self.day, member=people, record=self.records)

    def formula(self, field: CustomField) -> str:
        """How a formula field is worked out, in words; "" for other fields."""
        if field.kind != "formula":
            return ""
        return f"= {definitions.formulas_of(field.entity, field.workspace_id).readable(field)}"

    def files(self, field: CustomField, record: Any, problems: Sequence[str]) -> FilesOfRow | None:
        """The files of a record; None for a field of another kind."""
        if field.kind != "file":
            return None
        place = [self.host.entity_name, record.pk, field.name]
        shown = [
            (one.name, files.file_url(self.host.entity_name, record.pk, field.name, one.id), size_words(one.size),
             one.content_type in SHOWN_INLINE)
            for one in held_files(record.custom.get(field.key))
        ]  # fmt: skip
        may_add = self.member.may(self.host.change)
        add_url = reverse("custom-files", args=place) if may_add else ""
        return FilesOfRow(shown, reverse("custom-value", args=place), add_url, problems)

    def row(self, field: CustomField, record: Any, problems: Sequence[str] = ()) -> CustomRow:
        """One field of a record. `problems`: with files that were just sent."""
        shown: SafeString | str = self.words(field, writing.held(record, field))
        if field.kind == "long_text" and shown:
            shown = format_html('<span class="whitespace-pre-line">{}</span>', shown)
        place = [self.host.entity_name, record.pk, field.name]
        may_edit = field.kind in EDITED and self.member.may(self.host.change)
        url = ""
        if field.kind == "relation" and (pointed := relations.ids(record.custom.get(field.key))):
            target = relations.target_of(field)
            if target is not None and pointed[0] in self.records:
                url = target.url(pointed[0])
            else:
                may_edit = False  # who does not see what stands there must not put another in its place
        return CustomRow(
            field.name,
            str(values.label_of(field)),
            str(say(field.help_th, field.help_en)) or self.formula(field),
            shown,
            reverse("custom-value-edit", args=place) if may_edit else "",
            reverse("custom-value-history", args=place) if field.kind != "formula" else "",
            url,
            self.files(field, record, problems),
        )

    def groups(self, record: Any) -> Groups:
        """The fields that the reader may see, group by group, each group where its first field stands."""
        found: dict[str, list[CustomRow]] = {}
        fields = writing.fields_for(self.host, self.member)
        self.learn((field, record.custom.get(field.key)) for field in fields)
        for field in fields:
            group = str(say(field.group_th, field.group_en) or own_group())
            found.setdefault(group, []).append(self.row(field, record))
        groups = Groups(found.items())
        if relations.pointing_fields(self.host.entity_name, self.member):
            groups.pointing_url = reverse("custom-pointing", args=[self.host.entity_name, record.pk])
        return groups


def groups_of(request: MemberRequest, entity_name: str, record: Any) -> Groups:
    """The custom fields of a record for its page; nothing where nobody made any."""
    host = hosts.find(entity_name)
    return Writer(request, host).groups(record) if host else Groups()


@require_GET
@requires("signed_in")
def custom_lookup(request: MemberRequest, entity_name: str, name: str) -> HttpResponse:
    """The records that somebody may mean by what they typed into a field, as options of its input."""
    host = hosts.find(entity_name)
    if host is None:
        raise Http404
    require(request.member, host.view)
    try:
        field = writing.field_for(host, name, request.member)
    except writing.NoSuchField:
        raise Http404 from None
    target = relations.target_of(field)
    if field.kind != "relation" or target is None:
        raise Http404
    offered = relations.offered(target, request.GET.get("q", "").replace("\x00", "")[:MOST_LOOKED_UP], request.member)
    return render(request, "administration/custom_fields/offered.html", {"offered": offered})


@require_GET
@requires("signed_in")
def custom_pointing(request: MemberRequest, entity_name: str, record_id: UUID) -> HttpResponse:
    """What points at a record by custom fields; asked after the page, because it may look through many records."""
    host = hosts.find(entity_name)
    if host is None:
        raise Http404
    require(request.member, host.view)
    if host.find(record_id, request.member) is None:
        raise Http404
    found = relations.pointing_at(entity_name, record_id, request.member)
    return render(request, "administration/custom_fields/pointing.html", {"pointing": found})


def found_of(request: MemberRequest, entity_name: str, record_id: UUID, name: str) -> tuple[Host, Any, CustomField]:
    """The record and the field that an address names, as far as the member may see them; else a 404."""
    host = hosts.find(entity_name)
    if host is None:
        raise Http404
    require(request.member, host.view)
    record = host.find(record_id, request.member)
    try:
        field = writing.field_for(host, name, request.member)
    except writing.NoSuchField:
        raise Http404 from None
    if record is None:
        raise Http404
    return host, record, field


@require_GET
@requires("signed_in")
def custom_value(request: MemberRequest, entity_name: str, record_id: UUID, name: str) -> HttpResponse:
    """One custom field as the record shows it."""
    host, record, field = found_of(request, entity_name, record_id, name)
    return render(request, "administration/custom_fields/row.html", {"row": Writer(request, host).row(field, record)})


@require_http_methods(["GET", "POST"])
@requires("signed_in")
def custom_value_edit(request: MemberRequest, entity_name: str, record_id: UUID, name: str) -> HttpResponse:
    """One custom field being edited; a POST writes it, and answers 422 with the form again when it is refused."""
    host, record, field = found_of(request, entity_name, record_id, name)
    require(request.member, host.change)
    writer = Writer(request, host)
    if field.kind not in EDITED or not writer.row(field, record).edit_url:
        raise Http404
    if request.method == "GET":
        return _form(writer, record, field)
    typed = ", ".join(request.POST.getlist("value"))
    seen = request.POST.get("seen", "")
    try:
        writing.edit_value(
            host, record, name, typed, seen=seen, acting_member=request.member, today=request.member.workspace.today()
        )
    except EditedMeanwhile as conflict:
        record.refresh_from_db()
        theirs = writer.words(field, record.custom.get(field.key))
        return _form(writer, record, field, typed, conflict.current, conflict.in_form(theirs))
    except DomainError as problem:
        return _form(writer, record, field, typed, seen, str(problem))
    if not request.htmx:
        return redirect(host.url(record.pk))
    record.refresh_from_db()
    row = writer.row(field, record)
    return render(request, "administration/custom_fields/row.html", {"row": row, "saved": True})


def _form(
    writer: Writer, record: Any, field: CustomField, typed: str | None = None, seen: str | None = None, error: str = ""
) -> HttpResponse:
    held = record.custom.get(field.key)
    people = writer.people if field.kind == "member" else {}
    if field.kind == "relation":
        writer.learn([(field, held)])
        people = writer.records
    kind, value, options = input_of(field, held, day=writer.day, people=people)
    place = [writer.host.entity_name, record.pk, field.name]
    if field.kind == "multi_choice":
        kind = "choices"
        options = [
            (one["value"], values.choice_words(field, one["value"]))
            for one in field.choices
            if not one.get("archived") or one["value"] in (held or [])
        ]
    chosen = [part.strip() for part in (values.as_text(held) if typed is None else typed).split(",")]
    context = {
        "name": field.name,
        "label": str(values.label_of(field)),
        "note": str(say(field.help_th, field.help_en)),
        "value": value if typed is None else typed,
        "chosen": chosen,
        "seen": values.as_text(held) if seen is None else seen,
        "type": kind,
        "options": options,
        "error": error,
        "action": reverse("custom-value-edit", args=place),
        "cancel_url": reverse("custom-value", args=place),
        "back_url": writer.host.url(record.pk),
        "record": str(record),
        "place": writer.host.entity_name,
        "lookup": lookup_url(field) if kind == "lookup" else "",
    }
    template = "ui/field_edit.html" if writer.request.htmx else "administration/custom_fields/edit_page.html"
    return render(writer.request, template, context, status=422 if error else 200)


@require_GET
@requires("signed_in")
def custom_value_history(request: MemberRequest, entity_name: str, record_id: UUID, name: str) -> HttpResponse:
    """What a custom field held before, and who changed it."""
    host, record, field = found_of(request, entity_name, record_id, name)
    writer = Writer(request, host)
    told = history.changes_of(host, record, field)
    writer.learn((field, value) for change in told for value in (change.old, change.new))
    changes = [(change, writer.words(field, change.old), writer.words(field, change.new)) for change in told]
    response = render(request, "administration/custom_fields/history.html", {"changes": changes})
    # The page has one popover, which the mark of every field fills.
    response["HX-Retarget"], response["HX-Reswap"] = "#field-info", "innerHTML"
    return response
