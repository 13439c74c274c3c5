"""Sharing one record of a company's own kind: the dialog that customers have."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from samphan.administration import sharing
from samphan.administration.middleware import MemberRequest
from samphan.customers.views.sharing import again, chosen, share_dialog
from samphan.objects.models import CustomObject, ObjectRecord
from samphan.objects.permissions import requires_for_object
from samphan.objects.sharing import end_sharing, share_record
from samphan.objects.views.record import find_record
from samphan.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@requires_for_object("share")
def record_shares(request: MemberRequest, entity_name: str, object_record_id: UUID) -> HttpResponse:
    """With whom a record is shared; a POST shares it with one more."""
    kind, record = find_record(request, entity_name, object_record_id)
    if request.method == "GET":
        return _dialog(request, kind, record)
    member_ids, team_ids = chosen(request)
    try:
        act, is_new = share_record(kind, record, member_ids=member_ids, team_ids=team_ids, acting_member=request.member)
    except sharing.NobodyToShareWith as problem:
        return _dialog(request, kind, record, error=str(problem))
    said = _("Shared") if is_new else _("They see this record already")
    return _answer(request, kind, record, said, act if is_new else None)


@require_POST
@requires_for_object("share")
def record_share_removal(
    request: MemberRequest, entity_name: str, object_record_id: UUID, share_id: UUID
) -> HttpResponse:
    """End one sharing of a record."""
    kind, record = find_record(request, entity_name, object_record_id)
    act = end_sharing(kind, record, share_id, acting_member=request.member)
    if not ObjectRecord.objects.seen_by(again(request), kind).filter(pk=record.pk).exists():
        # It was shared with oneself, and that was all.
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("record-list", args=[entity_name])})
    return _answer(request, kind, record, _("No longer shared"), act)


def _answer(
    request: MemberRequest, kind: CustomObject, record: ObjectRecord, said: str, act: UUID | None
) -> HttpResponse:
    if not request.htmx:
        return redirect("record-detail", kind.entity_name, record.pk)
    undo = reverse("change-undo", args=[act]) if act else ""
    return toast(_dialog(request, kind, record), said, undo=undo)


def _dialog(request: MemberRequest, kind: CustomObject, record: ObjectRecord, *, error: str = "") -> HttpResponse:
    place = [kind.entity_name, record.pk]
    shares = [
        (one, reverse("record-share-removal", args=[*place, one.id]))
        for one in sharing.shared_with(request.member, kind.entity_name, record.pk)
    ]
    text = _(
        "They see the record with everything in it, though it is not theirs. What they may do with it, their role says."
    )
    return share_dialog(request, reverse("record-shares", args=place), text, shares=shares, error=error)
