"""Photograph every screen into pictures/: Thai and English, light and dark, desk and phone, full and empty.

Starts installations of its own and throws them away: one with the demo company, one with a workspace that holds nothing.
`--only NAME,NAME` takes the screens whose names hold one of those, `--language`, `--theme`, `--width` one kind.
"""

import argparse
import html
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import PATIENCE, Doors  # noqa: E402
from tests.browser.plans import give_day  # noqa: E402
from tests.browser.screens import Screen, empty_screens, make_imports, public_screens, screens  # noqa: E402
from tests.browser.site import CHROMIUM_FLAGS, Site, chromium  # noqa: E402

PICTURES = ROOT / "pictures"
HEIGHTS = {1440: 900, 390: 844}
SETTLE = 250  # milliseconds for charts and fonts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--language", choices=("th", "en"))
    parser.add_argument("--theme", choices=("light", "dark"))
    parser.add_argument("--width", type=int, choices=tuple(HEIGHTS))
    parser.add_argument("--scale", type=float, default=1, help="pixels of the picture for one of CSS")
    options = parser.parse_args()
    if chromium() is None:
        print("Pictures need a Chromium on this machine.", file=sys.stderr)
        return 1
    # Pictures of yesterday's styles and words would be judged as today's.
    for build in (["-m", "samphan.ui.build"], ["scripts/messages.py", "compile"]):
        subprocess.run([sys.executable, *build], cwd=ROOT, check=True)
    PICTURES.mkdir(exist_ok=True)
    began = time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        for is_full in (True, False):
            photograph(browser, options, is_full=is_full)
        browser.close()
    taken = sorted(path.name for path in PICTURES.glob("*.png"))
    (PICTURES / "index.html").write_text(index(taken), "utf-8")
    print(f"{len(taken)} pictures in {PICTURES} ({time.monotonic() - began:.0f} s); open {PICTURES / 'index.html'}")
    return 0


def photograph(browser: Browser, options: argparse.Namespace, *, is_full: bool) -> None:
    """All pictures of the full installation, or of the empty one."""
    site = Site()
    try:
        if not is_full:
            site.command("init", "--slug", "demo", "--name", "ร้านใหม่")
        site.start(demo=is_full)
        doors = Doors(site, browser)
        for language in (options.language,) if options.language else ("th", "en"):
            for theme in (options.theme,) if options.theme else ("light", "dark"):
                for width in (options.width,) if options.width else tuple(HEIGHTS):
                    _series(site, doors, options, language, theme, width, is_full=is_full)
    finally:
        site.destroy()


def _series(
    site: Site, doors: Doors, options: argparse.Namespace, language: str, theme: str, width: int, *, is_full: bool
) -> None:
    # The site's settings in one window: what is shown to members, and what to strangers.
    size = {"width": width, "height": HEIGHTS[width]}
    state = doors.state(language, theme)
    if is_full:
        give_day(site, doors.email(language, theme))
    inside = doors.browser.new_context(
        base_url=site.url, viewport=size, locale="th-TH", timezone_id="Asia/Bangkok",
        storage_state=state, device_scale_factor=options.scale,
    )  # fmt: skip
    outside = doors.browser.new_context(
        base_url=site.url, viewport=size, locale="th-TH", timezone_id="Asia/Bangkok", device_scale_factor=options.scale
    )
    choices = {"samphan_language": language, "samphan_theme": theme}
    outside.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in choices.items()])
    pages = {False: inside.new_page(), True: outside.new_page()}
    for page in pages.values():
        page.set_default_timeout(PATIENCE)
    for screen in _wanted(site, pages[False], is_full=is_full):
        if any(part in screen.name for part in options.only.split(",")):
            amount = "full" if is_full else "empty"
            _take(pages[screen.public], screen, f"{screen.name}-{language}-{theme}-{width}-{amount}.png")
    inside.close()
    outside.close()


_made: dict[str, list[Screen]] = {}


def _wanted(site: Site, page: Page, *, is_full: bool) -> list[Screen]:
    """The screens of a site; imports are made once and seen in every kind of picture."""
    if site.url not in _made:
        _made[site.url] = [*screens(site, make_imports(page, site)), *public_screens()] if is_full else empty_screens()
    return _made[site.url]


def _take(page: Page, screen: Screen, name: str) -> None:
    page.goto(screen.path)
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=PICTURES / name)
    print(name, flush=True)


def index(names: list[str]) -> str:
    """A page with all pictures, screen by screen."""
    groups: dict[str, list[str]] = {}
    for name in names:
        screen, _language, _theme, _width, _amount = name.removesuffix(".png").rsplit("-", 4)
        groups.setdefault(screen, []).append(name)
    parts = ['<!doctype html><meta charset="utf-8"><title>Samphan</title>']
    for screen, files in groups.items():
        parts.append(f"<h2>{html.escape(screen)}</h2>")
        parts += [
            f'<a href="{name}" title="{name}"><img src="{name}" height="220" loading="lazy" alt="{name}"></a> '
            for name in files
        ]
    return "\n".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
