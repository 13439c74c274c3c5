"""One record: its fields, edited in place, and everything that happened to it by day."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from samphan.administration import lists
from samphan.administration.custom_fields import panel as custom_fields
from samphan.administration.lists.page import ListPage, list_behind
from samphan.administration.middleware import MemberRequest
from samphan.administration.queries import member_names, members
from samphan.administration.sharing import shared_with
from samphan.customers.models import Customer
from samphan.customers.names import shown_name
from samphan.customers.timeline import Place
from samphan.customers.views.timeline import days_of
from samphan.objects import history, sharing
from samphan.objects.actions import OWN_FIELDS, column_of
from samphan.objects.cells import cells_of
from samphan.objects.fields import rows_of
from samphan.objects.finding import customer_lookup_url
from samphan.objects.known import object_or_404
from samphan.objects.models import CustomObject, ObjectRecord, RecordNote
from samphan.objects.permissions import requires_for_object
from samphan.platform import catalogue
from samphan.platform.access import require
from samphan.platform.catalogue import Privacy
from samphan.platform.errors import DomainError, EditedMeanwhile
from samphan.platform.search.opened import remember_opened
from samphan.ui import preferences

ENTRIES = 30  # of a page of the timeline


def find_record(request: MemberRequest, entity_name: str, record_id: UUID) -> tuple[CustomObject, ObjectRecord]:
    """The kind and the record that an address names, as far as the member sees them; else a 404."""
    kind = object_or_404(entity_name)
    return kind, get_object_or_404(rows_of(kind, request.member), pk=record_id)


@require_GET
@requires_for_object("view")
def record_detail(request: MemberRequest, entity_name: str, object_record_id: UUID) -> HttpResponse:
    """The record, whole."""
    kind, record = find_record(request, entity_name, object_record_id)
    remember_opened(request.member, kind.entity_name, record.pk, at=timezone.now())
    writer = _Writer(request, kind, record)
    behind = list_behind(request, lists.kind(entity_name))
    list_url = reverse("record-list", args=[entity_name])
    context = {
        "place": entity_name,
        "kind": kind,
        "record": record,
        "tab": "timeline" if request.GET.get("tab") == "timeline" else "data",
        "back_url": f"{list_url}?{behind}" if behind else list_url,
        "fields": [writer.field(name) for name in writer.names],
        "customer": writer.customer,
        "customer_name": writer.words("customer"),
        "owner_name": writer.words("owner"),
        "custom_groups": custom_fields.groups_of(request, entity_name, record),
        "may_change": request.member.may(kind.permission("change")),
        "may_write": request.member.may(kind.permission("change")) and request.member.may_read(Privacy.PERSONAL),
        "may_delete": request.member.may(kind.permission("delete")),
        "may_share": sharing.may_share(request.member, kind),
        "shared_with": (
            shared_with(request.member, entity_name, record.pk) if sharing.says_something(request.member, kind) else []
        ),
        **_timeline(request, writer),
    }
    if behind is not None:
        beside = ListPage(request, lists.kind(entity_name), behind).neighbours(record.pk)
        for name, other in (("previous_url", beside.previous), ("next_url", beside.next)):
            if other:
                address = reverse("record-detail", args=[entity_name, other])
                context[name] = f"{address}?{urlencode({'list': behind})}"
    return render(request, "objects/record.html", context)


@require_GET
@requires_for_object("view")
def record_timeline(request: MemberRequest, entity_name: str, object_record_id: UUID) -> HttpResponse:
    """The timeline read anew, or its older entries; by its own address it is the record."""
    kind, record = find_record(request, entity_name, object_record_id)
    if not request.htmx:
        return redirect(f"{reverse('record-detail', args=[entity_name, record.pk])}?tab=timeline")
    template = "objects/timeline.html#older" if "before" in request.GET else "objects/timeline.html"
    return render(
        request, template, {"kind": kind, "record": record, **_timeline(request, _Writer(request, kind, record))}
    )


def _timeline(request: MemberRequest, writer: "_Writer") -> dict[str, Any]:
    kind, record, names = writer.kind, writer.record, writer.people
    changes = history.Changes(
        kind, record, request.member, preferences.day_writer(request), names, writer.customer
    ).all()

    def note(one: RecordNote) -> SafeString:
        return mark_safe(  # noqa: S308 - a template escaped it
            render_to_string(
                "objects/note.html",
                {"note": one, "kind": kind, "record": record, "is_own": one.member_id == request.member.pk},
                request=request,
            )
        )

    entries = [*history.entries_of(changes), *history.notes_of(record, request.member, names, note)]
    before = Place.read(request.GET.get("before", ""))
    shown, older = history.page_of(entries, before, ENTRIES)
    zone = request.member.workspace.zone
    part = reverse("record-timeline", args=[kind.entity_name, record.pk])
    page = reverse("record-detail", args=[kind.entity_name, record.pk])
    return {
        "days": days_of(request, shown, zone, before.at.astimezone(zone).date() if before else None),
        "older_part": f"{part}?{urlencode({'before': older})}" if older else "",
        "older_page": f"{page}?{urlencode({'before': older, 'tab': 'timeline'})}" if older else "",
        "refresh_part": part,
    }


# Fields in place


class _Writer:
    """The fields that every record has, as one reader sees those of one record."""

    def __init__(self, request: MemberRequest, kind: CustomObject, record: ObjectRecord) -> None:
        self.request, self.kind, self.record = request, kind, record
        self.entity = catalogue.entity(kind.entity_name).seen_by(request.member)
        self.names = [name for name in OWN_FIELDS if self.entity.has_field(name)]
        self.may_change = request.member.may(kind.permission("change"))
        self.customer = None
        if record.customer_id is not None and kind.has_customer:
            self.customer = Customer.objects.visible_to(request.member).filter(pk=record.customer_id).first()

    @cached_property
    def people(self) -> dict[UUID, str]:
        """The names of the members, by id."""
        return member_names(self.request.member)

    def words(self, name: str) -> str:
        """A value as a person reads it."""
        if name == "customer":
            return shown_name(self.customer) if self.customer else ""
        if name == "owner":
            return self.people.get(self.record.owner_id, "") if self.record.owner_id else ""
        return str(getattr(self.record, name))

    def field(self, name: str, *, saved: bool = False) -> dict[str, Any]:
        """A field for `ui/field.html`."""
        place = [self.kind.entity_name, self.record.pk, name]
        return {
            "name": name,
            "label": self.entity.field(name).label,
            "value": self.words(name),
            "edit_url": reverse("record-field-edit", args=place) if self.may_change else "",
            "saved": saved,
        }

    def stored(self, name: str) -> str:
        """A value as it is stored, to be sent along while it is edited."""
        return str(getattr(self.record, column_of(name)) or "")


def _writer(request: MemberRequest, entity_name: str, record_id: UUID, field: str) -> _Writer:
    writer = _Writer(request, *find_record(request, entity_name, record_id))
    if field not in writer.names:
        raise Http404
    return writer


@require_GET
@requires_for_object("view")
def record_field(request: MemberRequest, entity_name: str, object_record_id: UUID, field: str) -> HttpResponse:
    """One field as the record shows it."""
    writer = _writer(request, entity_name, object_record_id, field)
    return render(request, "ui/field.html", writer.field(field))


@require_http_methods(["GET", "POST"])
@requires_for_object("view")
def record_field_edit(request: MemberRequest, entity_name: str, object_record_id: UUID, field: str) -> HttpResponse:
    """One field being edited; a POST writes it, and answers 422 with the form again when it is refused."""
    writer = _writer(request, entity_name, object_record_id, field)
    require(request.member, writer.kind.permission("change"))
    if request.method == "GET":
        return _form(writer, field)
    typed, seen = request.POST.get("value", ""), request.POST.get("seen", "")
    cells = cells_of(writer.kind)(request.member, timezone.now())
    try:
        cells.edit(writer.record, field, typed, seen=seen)
    except EditedMeanwhile as conflict:
        writer.record.refresh_from_db()
        fresh = _Writer(request, writer.kind, writer.record)
        return _form(fresh, field, typed, conflict.current, conflict.in_form(fresh.words(field)))
    except DomainError as problem:
        return _form(writer, field, typed, seen, str(problem))
    if not request.htmx:
        return redirect("record-detail", entity_name, writer.record.pk)
    record = rows_of(writer.kind, request.member).filter(pk=writer.record.pk).first()
    if record is None:
        # Given to somebody whose records this member does not see.
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("record-list", args=[entity_name])})
    if field in ("title", "customer"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "ui/field.html", _Writer(request, writer.kind, record).field(field, saved=True))


def _form(
    writer: _Writer, name: str, typed: str | None = None, seen: str | None = None, error: str = ""
) -> HttpResponse:
    options: list[tuple[str, str]] = []
    lookup = customer_lookup_url(writer.request.member) if name == "customer" else ""
    value = writer.stored(name)
    if name == "owner":
        options = [("", "—"), *((str(one.pk), one.name) for one in members(writer.request.member))]
    if name == "customer":
        value = writer.customer.name if writer.customer else ""
    place = [writer.kind.entity_name, writer.record.pk, name]
    context = {
        "name": name,
        "label": writer.entity.field(name).label,
        "value": value if typed is None else typed,
        "seen": writer.stored(name) if seen is None else seen,
        "type": "select" if name == "owner" else "lookup" if lookup else "text",
        "lookup": lookup,
        "options": options,
        "error": error,
        "action": reverse("record-field-edit", args=place),
        "cancel_url": reverse("record-field", args=place),
        "back_url": reverse("record-detail", args=place[:2]),
        "record": str(writer.record),
        "place": writer.kind.entity_name,
    }
    template = "ui/field_edit.html" if writer.request.htmx else "administration/custom_fields/edit_page.html"
    return render(writer.request, template, context, status=422 if error else 200)
