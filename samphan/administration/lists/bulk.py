"""One field of many selected records: at once for some, in the background with progress for thousands."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from samphan.administration import jobs
from samphan.administration.lists import acts
from samphan.administration.lists.editing import BulkEditing
from samphan.administration.lists.kinds import kind
from samphan.administration.lists.page import ListPage
from samphan.administration.lists.views import page_context
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import ListAct
from samphan.platform.changes.undo import is_undoable
from samphan.platform.errors import DomainError
from samphan.platform.ids import as_uuid
from samphan.ui.toasts import toast

AT_ONCE = 2_000  # records that are written while the person waits


class BadSelection(DomainError):
    """Nothing, or too much, was selected."""


@require_http_methods(["GET", "POST"])
def list_bulk(request: MemberRequest, entity_name: str) -> HttpResponse:
    """Change one field of the selected records; a GET asks which and to what."""
    asked = request.POST.get("list", "") if request.method == "POST" else None
    page = ListPage(request, kind(entity_name), asked)
    if page.editing is None or page.editing.bulk is None:
        raise Http404
    bulk = page.editing.bulk
    offered = [name for name in bulk.fields if page.entity.has_field(name)]
    wanted = (request.POST if request.method == "POST" else request.GET).get("field", offered[0])
    if wanted not in offered:
        raise Http404
    if request.method == "GET":
        return _ask(page, bulk, offered, wanted)
    typed = request.POST.get("value", "")
    try:
        bulk.read(request.member, wanted, typed)
    except DomainError as problem:
        return _ask(page, bulk, offered, wanted, typed, str(problem))
    ids = selected(page, bulk.most)
    act = acts.begin(page.kind.entity_name, wanted, typed, ids, acting_member=request.member)
    if len(ids) <= AT_ONCE:
        acts.carry_out(act.pk, request.member)
        act.refresh_from_db()
        return _finished(page, act)
    jobs.run_list_act.enqueue(once=f"list-act:{act.pk}", act_id=act.pk, workspace_id=act.workspace_id)
    if not request.htmx:
        return redirect(page.kind.url("act", act.pk))
    return render(request, "administration/lists/act_dialog.html", _progress(page, act))


@require_GET
def list_act(request: MemberRequest, entity_name: str, list_act_id: UUID) -> HttpResponse:
    """How far a long change is; at its end the toast with the way back."""
    page = ListPage(request, kind(entity_name), "")
    act = _find(request, list_act_id)
    if not request.htmx:
        return render(request, "administration/lists/act_page.html", _progress(page, act) | page_context(page))
    response = render(request, "administration/lists/act_progress.html", _progress(page, act))
    if act.state == ListAct.State.WAITING:
        return response
    return _said(page, act, response)


@require_POST
def list_act_cancellation(request: MemberRequest, entity_name: str, list_act_id: UUID) -> HttpResponse:
    """Stop a long change; what is done stays done and can be undone."""
    act = _find(request, list_act_id)
    acts.cancel(act.pk, acting_member=request.member)
    return HttpResponse(status=204) if request.htmx else redirect(kind(entity_name).url("act", act.pk))


def selected(page: ListPage, most: int) -> list[UUID]:
    """The ids that a bulk form sent, or with `all` those of the whole list whose state is in `list`.

    :raises BadSelection: when there are none, or more than `most`.
    """
    posted = page.request.POST
    if posted.get("all") == "1":
        found = list(page.narrowed().values_list("pk", flat=True)[: most + 1])
        if len(found) > most:
            raise BadSelection(
                _("%(count)s records are too many at once; narrow the list to %(limit)s."),
                count=page.count().words(), limit=f"{most:,}",
            )  # fmt: skip
    else:
        found = [one for text in posted.getlist("ids") if (one := as_uuid(text))]
    if not found:
        raise BadSelection(_("Nothing is selected."))
    return found


def _find(request: MemberRequest, list_act_id: UUID) -> ListAct:
    own = ListAct.objects.filter(workspace_id=request.member.workspace_id, member_id=request.member.pk)
    return get_object_or_404(own.defer("record_ids"), pk=list_act_id)


def _ask(
    page: ListPage, bulk: BulkEditing, offered: list[str], wanted: str, value: str = "", error: str = ""
) -> HttpResponse:
    context = page_context(page) | {
        "fields": [page.entity.field(name) for name in offered],
        "field": page.entity.field(wanted),
        "form": bulk.form(page, wanted),
        "value": value,
        "error": error,
        "action": page.kind.url("bulk"),
    }
    template = "bulk_dialog.html" if page.request.htmx else "bulk_page.html"
    return render(page.request, f"administration/lists/{template}", context, status=422 if error else 200)


def _finished(page: ListPage, act: ListAct) -> HttpResponse:
    if not page.request.htmx:
        return redirect(page.href(cursor=""))
    return trigger_client_event(_said(page, act, HttpResponse(status=204)), "samphan:close-dialog", {})


def _said(page: ListPage, act: ListAct, response: HttpResponse) -> HttpResponse:
    """The answer with what was done in words, the way back, and a list that reads itself again."""
    if act.state == ListAct.State.FAILED:
        return toast(response, act.message, tone="bad")
    undo = reverse("change-undo", args=[act.changeset_id]) if act.changed_count and act.changeset_id else ""
    label = str(page.entity.field(act.field).label) if page.entity.has_field(act.field) else act.field
    words = ngettext(
        "%(field)s changed for %(count)s record", "%(field)s changed for %(count)s records", act.changed_count
    ) % {"field": label, "count": f"{act.changed_count:,}"}
    return trigger_client_event(toast(response, words, undo=undo), page.kind.changed_event, {})


def _undo_url(act: ListAct) -> str:
    if not act.changed_count or act.changeset_id is None or not is_undoable(act.changeset_id):
        return ""
    return reverse("change-undo", args=[act.changeset_id])


def _progress(page: ListPage, act: ListAct) -> dict[str, object]:
    total = acts.total_of(act.pk)
    runs = act.state == ListAct.State.WAITING
    title = _("%(done)s of %(total)s changed") % {"done": f"{act.done_count:,}", "total": f"{total:,}"}
    return {
        "act": act,
        "title": title,
        "percent": act.done_count * 100 / total if total else 100,
        "note": "" if runs else act.message or act.get_state_display(),
        "poll_url": page.kind.url("act", act.pk) if runs else "",
        "cancel_url": page.kind.url("act-cancellation", act.pk) if runs else "",
        "undo_url": "" if runs else _undo_url(act),
        "tone": "bad" if act.state == ListAct.State.FAILED else "",
    }
