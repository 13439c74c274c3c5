"""What makes the product an app on a phone: its manifest, its service worker, and the page without a connection."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from samphan.platform.access import public
from samphan.ui import built_files
from samphan.ui.app_icons import ICONS
from samphan.ui.preferences import preference

SAFE_EDGE = "maskable"
TEMPLATES = Path(__file__).resolve().parent / "templates" / "ui"
PAGE = ("offline.html", "plain.html", "base.html")  # what the page without a connection is made of


@require_GET
@public
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest in the reader's language and theme; it says nothing of a person or a company."""
    colour = built_files.frame_colours("dark" if preference(request, "theme") == "dark" else "light")[0].value
    icons = [
        {
            "src": static(f"ui/{icon.name}"),
            "sizes": f"{icon.size}x{icon.size}",
            "type": "image/png",
            "purpose": SAFE_EDGE if icon.is_full else "any",
        }
        for icon in ICONS
    ]
    content: dict[str, Any] = {
        "id": "/",
        "name": _("Samphan"),
        "short_name": _("Samphan"),
        "description": _("Customers, work and sales of the company in one place."),
        "lang": get_language() or settings.LANGUAGE_CODE,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": colour,
        "background_color": colour,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_GET
@public
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker under the root, so that its scope is the whole product, with what it keeps of this build."""
    code = (built_files.OUTPUT / "service-worker.js").read_text("utf-8")
    kept = [static(f"ui/{name}") for name in built_files.about()["kept"]]
    page = reverse("offline")
    # The version is that of everything kept: when a file changes, browsers see another worker and renew what they keep.
    sums = hashlib.sha256(code.encode())
    for name in built_files.about()["kept"]:
        sums.update((built_files.OUTPUT / name).read_bytes())
    for template in PAGE:
        sums.update((TEMPLATES / template).read_bytes())
    about = {"version": sums.hexdigest()[:12], "kept": kept, "offline": page}
    response = HttpResponse(f"self.SHELL={json.dumps(about)};\n{code}", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_GET
@public
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a device shows without a connection; it is kept as a stranger gets it."""
    return render(request, "ui/offline.html")
