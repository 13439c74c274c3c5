"""Colours: enough contrast in both themes, and none outside the token file."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[1] / "assets" / "css"
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
TONES = ("slate", "sky", "violet", "green", "amber", "orange", "rose", "teal")
_PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


def _tokens(theme: str) -> dict[str, str]:
    found = _PAIR.findall((CSS / "tokens.css").read_text("utf-8"))
    return {name: light if theme == "light" else dark for name, light, dark in found}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "ink2", "ink3", "accentink", "ok", "warn", "bad", "info"])
@pytest.mark.parametrize("behind", ["surface", "canvas", "raised"])
def test_text_is_readable_on_every_ground(theme, text, behind):
    tokens = _tokens(theme)
    assert _contrast(tokens[text], tokens[behind]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_on_tints(theme):
    tokens = _tokens(theme)
    pairs = [(f"{tone}-ink", f"{tone}-bg") for tone in TONES]
    pairs += [(state, f"{state}bg") for state in ("ok", "warn", "bad", "info")]
    pairs += [
        ("accentink", "accentbg"),
        ("ink", "accentbg"),
        ("ink2", "accentbg"),
        ("ink2", "hover"),
        ("ink", "bubble"),
    ]
    pairs += [("on-danger", "danger"), ("on-accent", "accent")]
    assert {pair: ratio for pair in pairs if (ratio := _contrast(*(tokens[name] for name in pair))) < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_controls_can_be_seen(theme):
    tokens = _tokens(theme)
    assert _contrast(tokens["ctl"], tokens["surface"]) >= 3


def test_no_stylesheet_but_the_tokens_names_a_colour():
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
    files = [path for path in CSS.glob("*.css") if path.name != "tokens.css"]
    assert {path.name: found for path in files if (found := raw.findall(path.read_text("utf-8")))} == {}


def test_no_template_carries_a_style_or_a_script():
    bad = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=|javascript:|hx-on")
    assert [path.name for path in TEMPLATES.rglob("*.html") if bad.search(path.read_text("utf-8"))] == []
