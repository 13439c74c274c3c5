"""The gallery, the choices of the reader, and the built files."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from samphan.ui import build
from samphan.ui.gallery import gallery_context
from samphan.ui.views import change_preferences


def test_the_gallery_shows_every_include():
    request = RequestFactory().get("/ui/")
    html = render_to_string("ui/gallery.html", gallery_context(), request)
    assert html.count('class="avatar') > 20
    shown = Path(build.UI / "templates/ui/gallery_parts.html").read_text("utf-8")
    for name in (
        "button",
        "input",
        "select",
        "date",
        "list_head",
        "toast",
        "progress",
        "empty",
        "steps",
        "chart",
        "tile",
    ):
        assert f'"ui/{name}.html"' in shown


def test_the_gallery_has_no_id_twice():
    html = render_to_string("ui/gallery.html", gallery_context(), RequestFactory().get("/ui/"))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_every_include_opens_with_what_it_accepts():
    without = [
        path.name
        for path in (build.UI / "templates" / "ui").glob("*.html")
        if "{% comment %}" not in path.read_text("utf-8")[:80]
    ]
    assert without == []


def test_a_choice_is_kept_and_the_page_comes_back():
    request = RequestFactory().post("/ui/preferences/", {"theme": "dark", "next": "/customers/?sort=name"})
    response = change_preferences(request)
    assert response["Location"] == "/customers/?sort=name"
    assert response.cookies["samphan_theme"].value == "dark"


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_never_leads_to_another_site(following):
    response = change_preferences(RequestFactory().post("/ui/preferences/", {"theme": "light", "next": following}))
    assert response["Location"] == "/"


def test_refuses_a_theme_that_does_not_exist():
    assert "samphan_theme" not in change_preferences(RequestFactory().post("/", {"theme": "pink"})).cookies


@pytest.mark.parametrize("name", ["app.css", "app.js", "charts.js", "widgets.js", "live-worker.js", "icons.svg"])
def test_the_built_files_are_there(name):
    assert finders.find(f"ui/{name}"), "run python -m samphan.ui.build"


def test_the_style_sheet_stays_small():
    style = Path(finders.find("ui/app.css")).read_bytes()
    assert len(gzip.compress(style)) < 20_000  # as it travels, once


def test_every_icon_of_the_templates_is_in_the_sprite():
    sprite = Path(finders.find("ui/icons.svg")).read_text("utf-8")
    held = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = set()
    for path in (build.UI / "templates").rglob("*.html"):
        named.update(re.findall(r'\{% icon "([a-z0-9-]+)"', path.read_text("utf-8")))
    assert named - held == set()
