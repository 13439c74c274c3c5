"""Files of a customer and the photo: the panel, its page, what a file holds, entries of the timeline."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from samphan.administration.middleware import MemberRequest
from samphan.customers import actions, files, presence, timeline
from samphan.customers.models import Customer, CustomerFile
from samphan.customers.names import shown_name
from samphan.customers.permissions import CHANGE, VIEW
from samphan.customers.views.finding import find_customer
from samphan.platform.access import require, require_reading, requires
from samphan.platform.attachments import ACCEPTED, MAX_BYTES, file_answer, size_words
from samphan.platform.catalogue import Privacy
from samphan.platform.thai.problems import ValueProblem
from samphan.ui.toasts import toast

IN_PANEL = 5
AT_ONCE = 20
PICTURES = "image/jpeg,image/png,image/webp,image/gif"
_ICONS = {"image": "image", "audio": "phone", "text": "file-text", "video": "play"}


def register() -> None:
    """Put files on the timeline."""
    timeline.register(
        timeline.Source("files", gettext_lazy("Files"), 50, entries, privacy=Privacy.PERSONAL, model=CustomerFile)
    )


def files_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    """The newest files for the record; `more_files` when there are others on their page."""
    is_any = CustomerFile in presence.about(request, customer.pk)
    found = files.files_of(customer.pk, request.member, limit=IN_PANEL + 1) if is_any else []
    return {
        "files": [_row(one) for one in found[:IN_PANEL]],
        "more_files": len(found) > IN_PANEL,
        **_limits(request),
    }


def photo_href(request: MemberRequest, customer: Customer) -> str:
    """The address of a customer's photo; "" without one."""
    is_any = CustomerFile in presence.about(request, customer.pk)
    found = files.photo_of(customer.pk, request.member) if is_any else None
    return reverse("customer-file", args=[customer.pk, found.pk]) if found else ""


def entries(
    request: MemberRequest, customer_id: UUID, before: timeline.Place | None, limit: int, text: str
) -> Sequence[timeline.Entry]:
    """Files and photos added before a place, deleted ones marked so."""
    found = files.added_files(customer_id, request.member, before=before, limit=limit, text=text)
    return [_entry(one) for one in found]


def _entry(one: CustomerFile) -> timeline.Entry:
    who = one.added_by.name if one.added_by else _("the system")
    did = _("set the photo") if one.kind == CustomerFile.Kind.PHOTO else _("attached a file")
    title = format_html("<b>{}</b> {}", who, did)
    body = partial(_body, one)
    return timeline.Entry(one.added_at, one.pk, "paperclip", "teal", title, body)


def _body(one: CustomerFile) -> str:
    return render_to_string("customers/file_entry.html", {"file": _row(one)})


def _row(one: CustomerFile) -> dict[str, Any]:
    href = reverse("customer-file", args=[one.customer_id, one.pk])
    is_photo = one.kind == CustomerFile.Kind.PHOTO
    return {
        "id": one.pk,
        "name": one.name,
        "href": href,
        "preview": href if is_photo else f"{href}?preview=1" if one.preview_path else "",
        "icon": _ICONS.get(one.content_type.partition("/")[0], "file-text"),
        "size": size_words(one.size),
        "who": one.added_by.name if one.added_by else "",
        "added_at": one.added_at,
        "deleted_at": one.deleted_at,
        "is_photo": is_photo,
    }


def _limits(request: MemberRequest) -> dict[str, Any]:
    return {
        "sees_files": request.member.may_read(Privacy.PERSONAL),
        "accepted": ACCEPTED,
        "most_mb": MAX_BYTES // 2**20,
    }


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_files(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """All files of a customer; a POST attaches `files`, each taken or refused by itself."""
    customer = find_customer(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    if request.method == "GET":
        if request.htmx:
            return _region(request, customer)
        return render(request, "customers/files.html", _page_context(request, customer))
    require(request.member, CHANGE)
    sent = [one for one in request.FILES.getlist("files") if isinstance(one, UploadedFile)]
    problems = [] if sent else [_("Choose a file first.")]
    if len(sent) > AT_ONCE:
        said = _("%(count)s files are too many at once; the first %(limit)s were taken.")
        problems.append(said % {"count": len(sent), "limit": AT_ONCE})
    taken = 0
    for upload in sent[:AT_ONCE]:
        try:
            actions.add_file(customer, upload, name=upload.name or "file", acting_member=request.member)
            taken += 1
        except ValueProblem as problem:
            problems.append(str(problem))
    return _region(request, customer, problems, is_refused=not taken)


def _region(
    request: MemberRequest, customer: Customer, problems: Sequence[str] = (), *, is_refused: bool = False
) -> HttpResponse:
    """The files again, on the record or on their own page."""
    address = reverse("customer-files", args=[customer.pk])
    status = 422 if is_refused else 200
    if not request.htmx:
        if not problems:
            return redirect(address)
        context = {**_page_context(request, customer), "file_problems": problems}
        return render(request, "customers/files.html", context, status=status)
    on_page = (request.htmx.current_url_abs_path or "").partition("?")[0] == address
    context = _page_context(request, customer) if on_page else files_context(request, customer)
    context |= {"customer": customer, "may_change": request.member.may(CHANGE), "file_problems": problems}
    response = render(request, "customers/files_panel.html", context, status=status)
    is_news = request.method == "POST" and not is_refused
    return trigger_client_event(response, "samphan:timeline", {}) if is_news else response


def _page_context(request: MemberRequest, customer: Customer) -> dict[str, Any]:
    return {
        "place": "customers",
        "customer": customer,
        "name": shown_name(customer),
        "files": [_row(one) for one in files.files_of(customer.pk, request.member, limit=actions.MAX_FILES)],
        "may_change": request.member.may(CHANGE),
        "is_page": True,
        **_limits(request),
    }


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_file(request: MemberRequest, customer_id: UUID, customer_file_id: UUID) -> HttpResponseBase:
    """What a file holds, with `preview` the small square of a picture; a POST deletes it."""
    customer = find_customer(request, customer_id)
    standing = CustomerFile.objects.visible_to(request.member).standing()
    one = get_object_or_404(standing, pk=customer_file_id, customer_id=customer.pk)
    if request.method == "POST":
        require(request.member, CHANGE)
        act = actions.delete_file(one, acting_member=request.member)
        answer = _region(request, customer)
        if act is None or not request.htmx:
            return answer
        return toast(answer, _("Deleted: %(name)s") % {"name": one.name}, undo=reverse("change-undo", args=[act]))
    is_preview = "preview" in request.GET and bool(one.preview_path)
    content_type = "image/jpeg" if is_preview else one.content_type
    try:
        content = default_storage.open(one.preview_path if is_preview else one.path)
    except (OSError, ValueError):
        said = _("What “%(name)s” held is not in the storage any more.") % {"name": one.name}
        context = {"title": _("The file is gone"), "message": said, "status": 410}
        return render(request, "ui/error.html", context, status=410)
    return file_answer(content, name=one.name, content_type=content_type)


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def customer_photo(request: MemberRequest, customer_id: UUID) -> HttpResponse:
    """Choose a photo; a POST with a picture sets it, with `remove` takes it away."""
    customer = find_customer(request, customer_id)
    require_reading(request.member, Privacy.PERSONAL)
    if request.method == "GET":
        is_head = request.htmx and "head" in request.GET
        return _head_photo(request, customer) if is_head else _photo_form(request, customer)
    require(request.member, CHANGE)
    if request.POST.get("remove"):
        found = files.photo_of(customer.pk, request.member)
        act = actions.delete_file(found, acting_member=request.member) if found else None
        said = _("The photo is gone")
    else:
        upload = request.FILES.get("photo")
        if not isinstance(upload, UploadedFile):
            return _photo_form(request, customer, error=_("Choose a picture first."))
        try:
            act, _added = actions.set_photo(customer, upload, name=upload.name or "photo", acting_member=request.member)
        except ValueProblem as problem:
            return _photo_form(request, customer, error=str(problem))
        said = _("The photo is set")
    if not request.htmx:
        return redirect("customer-detail", customer.pk)
    response = trigger_client_event(_head_photo(request, customer), "samphan:timeline", {})
    return toast(response, said, undo=reverse("change-undo", args=[act]) if act else "")


def _head_photo(request: MemberRequest, customer: Customer) -> HttpResponse:
    """The avatar of the record's head again."""
    href = photo_href(request, customer)
    head = {"customer": customer, "name": shown_name(customer), "photo_href": href, "may_set_photo": True}
    return render(request, "customers/head_photo.html", {"head": head})


def _photo_form(request: MemberRequest, customer: Customer, *, error: str = "") -> HttpResponse:
    context = {
        "place": "customers",
        "customer": customer,
        "name": shown_name(customer),
        "photo_href": photo_href(request, customer),
        "pictures": PICTURES,
        "error": error,
    }
    template = "customers/photo.html" if request.htmx else "customers/photo_page.html"
    return render(request, template, context, status=422 if error else 200)
