"""Any list, or the rows selected in it, as a file: what the list shows, or everything about the same records."""

import tempfile
from dataclasses import replace
from urllib.parse import parse_qsl, quote

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from samphan.administration.lists import kind
from samphan.administration.lists import kinds as lists_known
from samphan.administration.lists.bulk import BadSelection
from samphan.administration.lists.page import ListPage
from samphan.administration.middleware import MemberRequest
from samphan.platform import catalogue, counts, lists
from samphan.platform.access import requires
from samphan.platform.exports import (
    Export,
    NotAllowed,
    announce,
    export_permission,
    exporting,
    stream_csv,
    write_xlsx,
)
from samphan.platform.ids import as_uuid
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_date
from samphan.ui import preferences

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OWN = ("format", "which", "cursor", "size", "view", "csrfmiddlewaretoken", "ids", "all", "list")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("signed_in")
def list_export(request: MemberRequest, entity_name: str) -> HttpResponseBase:
    """The list that the address describes, as a file; without `format`, the page or the dialog that asks for one.

    A POST takes the rows that a bulk bar sent: `ids` alone, or with `all` the whole list whose state is in `list`.
    Who may export is a right of each entity, `customers.export_customer`: without it a 403.
    """
    try:
        catalogue.entity(entity_name)
    except KeyError:
        raise Http404 from None
    asked = request.POST if request.method == "POST" else request.GET
    query = asked.get("list", "") if request.method == "POST" else request.META.get("QUERY_STRING", "")
    file_format = asked.get("format", "")
    record_ids = None
    if request.method == "POST" and asked.get("all") != "1":
        record_ids = [found for text in asked.getlist("ids") if (found := as_uuid(text))]
        if not record_ids:
            raise BadSelection(_("Nothing is selected."))
    try:
        query, columns = _as_shown(request, entity_name, query)
        export = exporting(
            entity_name,
            viewer=request.member,
            file_format=file_format or "csv",
            fields=None if asked.get("which") == "all" else columns,
            query=query,
            every_field=asked.get("which") == "all",
            zone=request.member.workspace.zone,
            record_ids=record_ids,
        )
    except NotAllowed:
        raise PermissionDenied from None
    if file_format not in FORMATS:
        return _dialog(request, export) if request.htmx else _page(request, export, columns, query)
    if request.method == "HEAD":
        return HttpResponse(content_type=FORMATS[file_format])
    return _file(request, export)


def _as_shown(request: MemberRequest, entity_name: str, query: str) -> tuple[str, list[str] | None]:
    """The whole state of the list that an address describes, also by its view alone, and the columns in their order."""
    if entity_name not in {kind.entity_name for kind in lists_known()}:
        return query, None
    if not request.member.may(export_permission(catalogue.entity(entity_name))):
        raise NotAllowed
    page = ListPage(request, kind(entity_name), query)
    return page.query, list(page.columns)


def _file(request: MemberRequest, export: Export) -> HttpResponseBase:
    era = preferences.era(request)
    language = reader_language()
    name = f"{export.entity.label_plural} {format_date(timezone.localdate(), 'iso')}.{export.file_format}"
    if export.file_format == "csv":
        response: HttpResponseBase = StreamingHttpResponse(stream_csv(export, era=era), content_type=FORMATS["csv"])
        plain = f'attachment; filename="{export.entity.name}.csv"'
        response["Content-Disposition"] = f"{plain}; filename*=UTF-8''{quote(name)}"
        return response
    book = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  the answer closes it when it is sent
    rows = write_xlsx(book, export, era=era, language=language)
    announce(export, rows)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename=name, content_type=FORMATS["xlsx"])


def _dialog(request: MemberRequest, export: Export) -> HttpResponse:
    """The choice of the file for the rows that the bulk bar holds."""
    context = {"entity": export.entity, "seen": _labels(export), "all_count": len(export.entity.fields)}
    return render(request, "administration/exports/dialog.html", context)


def _page(request: MemberRequest, export: Export, columns: list[str] | None, query: str) -> HttpResponse:
    state = replace(export.state, columns=())
    count = lists.about_count(export.queryset, state, request.member, now=export.now, zone=export.zone)
    kept = parse_qsl(query, keep_blank_values=True, max_num_fields=600)
    shown = exporting(export.entity.name, viewer=request.member, file_format="csv", fields=columns, query=query)
    return render(
        request,
        "administration/exports/export.html",
        {
            "place": export.entity.name,
            "entity": export.entity,
            "list_url": export.entity.url,
            "count": counts.label_count(export.entity, count),
            "is_narrowed": export.state.is_narrowed,
            "kept": [(name, value) for name, value in kept if name not in _OWN],
            "back": f"{export.entity.url}?{query}".rstrip("?"),
            "seen": _labels(shown),
            "all_count": len(export.entity.fields),
            "notices": export.state.notices,
        },
    )


def _labels(export: Export) -> list[str]:
    return [str(field.label) for field in export.fields]
