"""The guide of a new company, and the sample files that it offers."""

import shutil
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from samphan.administration import guide
from samphan.administration.middleware import MemberRequest
from samphan.administration.views import import_parts as parts
from samphan.platform.access import requires
from samphan.platform.imports import actions


@requires("signed_in")
@require_GET
def guide_page(request: MemberRequest) -> HttpResponse:
    """What Samphan is for, and the steps to the company's best customers with how far it has come."""
    stages = guide.stages(request.member)
    context = {
        "place": "guide",
        "stages": stages,
        "done_count": sum(stage.standing.is_done for stage in stages),
        "limit": settings.ENVIRONMENT.max_upload_bytes // 2**20,
        "is_closed": request.member.guide_closed_at is not None,
    }
    return render(request, "administration/guide.html", context)


@requires("signed_in")
@require_POST
def guide_closing(request: MemberRequest) -> HttpResponse:
    """Put the guide away, and go on to the lists."""
    guide.close(request.member, at=timezone.now())
    return redirect("home")


@requires("signed_in")
@require_POST
def sample_import(request: MemberRequest, kind_name: str) -> HttpResponse:
    """Take a sample file as if the member had chosen it: the same check, the same undo."""
    name = guide.SAMPLES.get(kind_name)
    allowed = parts.allowed_kinds(request.member)
    if name is None or kind_name not in {one.name for one in allowed}:
        raise Http404
    paths: list[Path] = import_string(settings.SAMPLE_FILES)(timezone.now())
    sample = next(path for path in paths if path.name == name)

    def write(place: Path) -> None:
        shutil.copyfile(sample, place)

    batch = actions.take_file(
        write,
        file_name=name,
        kind_name=kind_name,
        member_id=request.member.id,
        kinds_allowed=allowed,
        remembers=True,
    )
    return redirect(parts.current_url(batch))
