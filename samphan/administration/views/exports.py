"""Any list as a file: what the list shows, or everything about the same records."""

import tempfile
from dataclasses import replace
from urllib.parse import parse_qsl, quote
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from samphan.administration.middleware import MemberRequest
from samphan.platform import catalogue, lists
from samphan.platform.access import requires
from samphan.platform.exports import Export, NotAllowed, announce, exporting, stream_csv, write_xlsx
from samphan.platform.language import reader_language
from samphan.platform.thai.calendar import format_date
from samphan.ui import preferences

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OWN = ("format", "which", "cursor", "size", "view")


@require_safe
@requires("signed_in")
def list_export(request: MemberRequest, entity_name: str) -> HttpResponseBase:
    """The list that the address describes, as a file; without `format`, the page that asks for one.

    Who may export is a right of each entity, `customers.export_customer`: without it a 403.
    """
    try:
        catalogue.entity(entity_name)
    except KeyError:
        raise Http404 from None
    query = request.META.get("QUERY_STRING", "")
    file_format = request.GET.get("format", "")
    try:
        export = exporting(
            entity_name,
            viewer=request.member,
            file_format=file_format or "csv",
            query=query,
            every_field=request.GET.get("which") == "all",
            zone=ZoneInfo(request.member.workspace.time_zone),
        )
    except NotAllowed:
        raise PermissionDenied from None
    if file_format not in FORMATS:
        return _page(request, export)
    if request.method == "HEAD":
        return HttpResponse(content_type=FORMATS[file_format])
    return _file(request, export)


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


def _page(request: MemberRequest, export: Export) -> HttpResponse:
    state = replace(export.state, columns=())
    count = lists.about_count(export.queryset, state, request.member, now=export.now, zone=export.zone)
    kept = parse_qsl(request.META.get("QUERY_STRING", ""), max_num_fields=600)
    shown = exporting(
        export.entity.name, viewer=request.member, file_format="csv", query=request.META.get("QUERY_STRING", "")
    )
    return render(
        request,
        "administration/exports/export.html",
        {
            "place": export.entity.name,
            "entity": export.entity,
            "list_url": export.entity.url,
            "count": lists.label_count(export.entity, count),
            "is_narrowed": export.state.is_narrowed,
            "kept": [(name, value) for name, value in kept if name not in _OWN],
            "back": f"{export.entity.url}?{request.META.get('QUERY_STRING', '')}".rstrip("?"),
            "seen": [str(field.label) for field in shown.fields],
            "all_count": len(export.entity.fields),
            "notices": export.state.notices,
        },
    )
