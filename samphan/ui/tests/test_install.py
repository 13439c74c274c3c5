"""The product as an app on a phone: its manifest, its icons, its service worker and the page without a connection."""

import json
import re
import struct
import zlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client

from samphan.administration.models import Member
from samphan.ui import built_files
from samphan.ui.app_icons import ICONS, DrawingError, Icon, draw, shapes_of
from samphan.ui.build import ASSETS, token_colours

pytestmark = pytest.mark.django_db

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" rx="4" fill="#f00"/></svg>'
)


def file_behind(address: str) -> Path:
    found = finders.find(address.partition("?")[0].removeprefix("/static/"))
    assert found, f"nothing is served at {address}"
    return Path(str(found))


def pixels(png: bytes) -> tuple[int, list[bytes]]:
    """Side and rows of RGBA values of one of our icons."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    side = struct.unpack(">I", png[16:20])[0]
    start = png.index(b"IDAT") + 4
    body = zlib.decompress(png[start : start + struct.unpack(">I", png[start - 8 : start - 4])[0]])
    width = side * 4 + 1
    return side, [body[row * width + 1 : (row + 1) * width] for row in range(side)]


def manifest(client: Client) -> dict[str, object]:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    return dict(json.loads(answer.content))


def test_names_the_app_in_the_language_and_theme_of_the_reader(signed_in: Client, owner: Member) -> None:
    thai = manifest(signed_in)
    assert (thai["name"], thai["lang"], thai["theme_color"]) == ("สัมพันธ์", "th", token_colours("surface")[0])
    owner.user.language, owner.user.theme = "en", "dark"
    owner.user.save(update_fields=["language", "theme"])
    english = manifest(signed_in)
    assert (english["name"], english["lang"], english["theme_color"]) == ("Samphan", "en", token_colours("surface")[1])
    assert thai["id"] == english["id"]  # one installed app, whatever the language


def test_has_all_that_a_phone_needs_to_install_it(client: Client) -> None:
    found = manifest(client)
    assert (found["display"], found["scope"], found["start_url"]) == ("standalone", "/", "/")
    assert str(found["short_name"]) and len(str(found["short_name"])) <= 12
    icons = {(icon["sizes"], icon["purpose"]): icon for icon in found["icons"]}  # type: ignore[attr-defined]
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= set(icons)
    for (sizes, purpose), icon in icons.items():
        side, rows = pixels(file_behind(icon["src"]).read_bytes())
        assert f"{side}x{side}" == sizes
        # What systems cut their own shape out of is painted to its corners; the other is round there.
        assert rows[0][3] == (255 if purpose == "maskable" else 0)


def test_is_named_by_every_page(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in page
    light, dark = token_colours("surface")
    assert f'<meta name="theme-color" content="{light}" media="(prefers-color-scheme: light)">' in page
    assert f'<meta name="theme-color" content="{dark}" media="(prefers-color-scheme: dark)">' in page


def test_serves_the_worker_under_the_root_with_what_it_keeps(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    code = answer.content.decode()
    about = json.loads(code.partition("\n")[0].removeprefix("self.SHELL=").removesuffix(";"))
    assert about["offline"] == "/offline/" and re.fullmatch("[0-9a-f]{12}", about["version"])
    assert all(file_behind(address).is_file() for address in about["kept"])
    assert {static("ui/app.css"), static("ui/app.js")} <= set(about["kept"])
    page = client.get("/sign-in/").content.decode()
    assert f'href="{static("ui/app.css")}"' in page and f'src="{static("ui/app.js")}"' in page


def test_is_another_worker_when_a_kept_file_changes(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = client.get("/service-worker.js").content
    assert client.get("/service-worker.js").content == before
    for name in ["shell.json", "service-worker.js", *built_files.about()["kept"]]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((built_files.OUTPUT / name).read_bytes())
    monkeypatch.setattr(built_files, "OUTPUT", tmp_path)
    assert client.get("/service-worker.js").content == before
    with (tmp_path / "icons.svg").open("a") as icons:
        icons.write("<!-- another -->")
    assert client.get("/service-worker.js").content != before


def test_gives_scripts_and_styles_an_address_for_each_version() -> None:
    versions = built_files.about()["versions"]
    assert static("ui/app.js") == f"/static/ui/app.js?v={versions['app.js']}"
    assert static("ui/favicon.svg") == "/static/ui/favicon.svg"


def test_says_both_languages_and_nothing_of_a_person_without_a_connection(client: Client) -> None:
    page = client.get("/offline/").content.decode()
    assert "ไม่มีอินเทอร์เน็ต" in page and "No internet" in page
    assert page.count("data-typed hidden") == 2  # said only where it is true, by the script


def test_leaves_nothing_on_the_device_after_signing_out(signed_in: Client) -> None:
    assert "Clear-Site-Data" not in signed_in.get("/sign-out/").headers
    assert signed_in.post("/sign-out/").headers["Clear-Site-Data"] == '"storage"'


def test_draws_circles_and_rectangles_only() -> None:
    _side, rows = pixels(draw(DRAWING, Icon("x.png", 16)))
    assert rows[8][8 * 4 : 8 * 4 + 4] == bytes((255, 0, 0, 255))
    assert rows[0][3] == 0
    with pytest.raises(DrawingError, match="<path>"):
        shapes_of(DRAWING.replace("<rect", "<path"))


def test_keeps_the_drawing_inside_what_every_system_shows() -> None:
    """Systems may cut a circle of 80 % of the side out of a maskable icon: all but the ground lies inside."""
    side, shapes = shapes_of((ASSETS / "images" / "favicon.svg").read_text("utf-8"), is_full=True)
    middle, reach = side / 2, side * 0.4
    steps = [number * side / 64 for number in range(65)]
    outside = [(x, y) for x in steps for y in steps if (x - middle) ** 2 + (y - middle) ** 2 > reach**2]
    for shape in shapes[1:]:
        assert all(shape.distance(x, y) > 0 for x, y in outside)
    assert {icon.size for icon in ICONS} >= {192, 512}
