#!/usr/bin/env python
"""The Thai texts: find what must be said in Thai, check it, compile it. Needs no gettext tools and no network.

    python scripts/messages.py check      fails on a missing, empty or fuzzy text, a lost placeholder, a glossary word
    python scripts/messages.py update     adds what is missing to the .po files (empty), drops what nobody uses
    python scripts/messages.py compile    writes the .mo files that Django reads

Each app under `samphan/` keeps its Thai in `locale/th/LC_MESSAGES/django.po`. Folders without an `apps.py` are no apps
and have no catalogue that Django would read; their texts are kept with the platform's.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as PoMessage
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "samphan"
HOME_OF_THE_REST = "platform"
PO = Path("locale/th/LC_MESSAGES/django.po")
GLOSSARY = Path("docs/glossary.md")
LEFT_OUT = {"tests", "migrations", "node_modules", "static", "locale", "__pycache__"}
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: th\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
)

# What each function says: how many words, and whether a context comes first.
_WORDS = {"gettext": (1, False), "ngettext": (2, False), "pgettext": (1, True), "npgettext": (2, True)}
FUNCTIONS = {
    "_": (1, False),
    **{f"{name}{ending}": shape for name, shape in _WORDS.items() for ending in ("", "_lazy")},
    "gettext_noop": (1, False),
}
_BABEL_KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z]|%(?:[sdrif])|\{(\w*)\}")


@dataclass(frozen=True)
class Text:
    """One text of the source: the same words in the same context are one text."""

    words: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """The texts of one catalogue in the order of the sources, with the files that say them, and what cannot be read."""

    texts: dict[Text, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, text: Text, where: str) -> None:
        """Note that `where` says the text."""
        files = self.texts.setdefault(text, [])
        if where not in files:
            files.append(where)


def texts_of_python(source: str, where: str, found: Found) -> None:
    """Every text that Python source hands to gettext; one that is not a plain string is a problem."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS or (isinstance(node.func, ast.Attribute) and name == "_"):
            continue
        count, has_context = FUNCTIONS[name]
        wanted = node.args[: count + has_context]
        values = [arg.value for arg in wanted if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if len(values) < count + has_context:
            if any(isinstance(arg, ast.JoinedStr) or _is_built(arg) for arg in wanted):
                found.problems.append(
                    f"{where}:{node.lineno}: {name}() takes a plain string; fill placeholders afterwards"
                )
            continue
        context = values.pop(0) if has_context else ""
        if values[0]:
            found.add(Text(values[0], values[1] if count == 2 else "", context), where)


def _is_built(node: ast.expr) -> bool:
    """True for a string put together on the spot: "a" + b, "a" % b, "a".format(b)."""
    if isinstance(node, ast.BinOp):
        return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, node.right))
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Constant)
    )


def texts_of_template(source: str, where: str, found: Found) -> None:
    """Every text of a Django template: translate, blocktranslate, and _("...") in tags and filters."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    # What is not a text becomes rows of X; their indentation means nothing and would be refused as Python.
    code = re.sub(r"^[ \t]+", "", templatize(source, origin=where), flags=re.MULTILINE)
    for _line, name, words, _comments in extract_python(BytesIO(code.encode()), list(_BABEL_KEYWORDS), [], {}):
        parts = [words] if isinstance(words, str) else [part for part in words if isinstance(part, str)]
        count, has_context = FUNCTIONS.get(name, (1, False))
        if len(parts) < count + has_context:
            continue
        context = parts.pop(0) if has_context else ""
        if parts[0]:
            found.add(Text(parts[0], parts[1] if count == 2 else "", context), where)


def catalogues(root: Path) -> list[Path]:
    """The folders under the package that are apps and so keep a catalogue."""
    return sorted(path.parent for path in (root / PACKAGE).glob("*/apps.py"))


def collect(root: Path) -> dict[Path, Found]:
    """Every text of the package, by the app that keeps it."""
    kept: dict[Path, Found] = {app: Found() for app in catalogues(root)}
    rest = root / PACKAGE / HOME_OF_THE_REST
    for path in _sources(root / PACKAGE):
        folder = root / PACKAGE / path.relative_to(root / PACKAGE).parts[0]
        found = kept.get(folder) or kept.setdefault(rest, Found())
        where = path.relative_to(root).as_posix()
        try:
            source = path.read_text("utf-8")
            (texts_of_python if path.suffix == ".py" else texts_of_template)(source, where, found)
        except (SyntaxError, UnicodeDecodeError) as error:
            found.problems.append(f"{where}: cannot be read ({error})")
    return kept


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package).parts
        if LEFT_OUT & set(inside[:-1]) or not path.is_file():
            continue
        if path.suffix == ".py" or (path.suffix in (".html", ".txt", ".svg") and "templates" in inside):
            yield path


def read_catalogue(path: Path) -> Catalog:
    """A .po file, empty when there is none.

    :raises ValueError: when it cannot be read.
    """
    if not path.exists():
        return Catalog(locale="th")
    with path.open("rb") as file:
        return read_po(file, locale="th", abort_invalid=True)


def update(root: Path) -> list[str]:
    """Write each .po file anew: what the sources say, with the Thai it had; returns one line for each changed file."""
    changed = []
    for app, found in collect(root).items():
        path = app / PO
        old = read_catalogue(path)
        entries = [_entry(text, files, _thai(old, text), app) for text, files in found.texts.items()]
        content = HEADER + "".join("\n" + entry for entry in entries)
        if not found.texts and not path.exists():
            continue
        if not path.exists() or path.read_text("utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
            empty = sum(1 for text in found.texts if not _said(_thai(old, text)))
            changed.append(f"{path.relative_to(root)}: {len(found.texts)} texts, {empty} without Thai")
    return changed


def _thai(catalogue: Catalog, text: Text) -> PoMessage | None:
    return catalogue.get(text.words, text.context or None)


def _said(message: PoMessage | None) -> str:
    """The Thai of a message; Thai has one plural form."""
    if message is None:
        return ""
    return message.string if isinstance(message.string, str) else (message.string or ("",))[0]


def _entry(text: Text, files: Sequence[str], message: PoMessage | None, app: Path) -> str:
    lines = [f"# {comment}" for comment in (message.user_comments if message else [])]
    lines += [f"#: {' '.join(_short(name, app) for name in files[:3])}"]
    if message is not None and message.fuzzy:
        lines.append("#, fuzzy")
    if "%(" in text.words + text.plural:
        lines.append("#, python-format")
    if text.context:
        lines.append(f"msgctxt {normalize(text.context, width=110)}")
    lines.append(f"msgid {normalize(text.words, width=110)}")
    thai = normalize(_said(message), width=0)
    if text.plural:
        lines += [f"msgid_plural {normalize(text.plural, width=110)}", f"msgstr[0] {thai}"]
    else:
        lines.append(f"msgstr {thai}")
    return "\n".join(lines) + "\n"


def _short(name: str, app: Path) -> str:
    return name.removeprefix(f"{PACKAGE}/{app.name}/")


@dataclass(frozen=True)
class Term:
    """A word of the glossary and the Thai for it; any of `thai` will do."""

    english: str
    thai: tuple[str, ...]

    def pattern(self) -> str:
        """The term as a whole word, in singular or plural."""
        word = re.escape(self.english.lower())
        if word.endswith("y"):
            word = f"{word[:-1]}(?:y|ies)"
        elif not word.endswith("s"):
            word = f"{word}(?:s|es)?"
        return rf"(?<![\w-]){word}(?![\w-])"


@dataclass(frozen=True)
class Glossary:
    """The words of the project, and the texts that may say something else."""

    terms: tuple[Term, ...]
    exceptions: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "Glossary":
        """Parse the tables `English | Thai | note` under "Things" and the quoted texts under "Exceptions".

        "Won, Lost" with "ปิดได้, ปิดไม่ได้" are two terms; a note "also: ก, ข" allows more Thai words for the same term.
        """
        terms: list[Term] = []
        exceptions: set[str] = set()
        section = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("#"):
                section = line.strip("# ").lower()
            elif section == "things" and line.startswith("|"):
                terms.extend(_terms_of_row([cell.strip() for cell in line.strip().strip("|").split("|")]))
            elif section == "exceptions" and (quoted := re.match(r'- "(.+)"', line)):
                exceptions.add(quoted.group(1))
        return cls(tuple(sorted(terms, key=lambda term: -len(term.english))), frozenset(exceptions))

    def violations(self, english: str, thai: str) -> Iterator[str]:
        """What a Thai text lacks of the glossary. The longest term counts first: "Tax invoice" is no "Invoice"."""
        if english in self.exceptions:
            return
        left = _PLACEHOLDER.sub(" ", english.lower())
        for term in self.terms:
            left, times = re.subn(term.pattern(), " \x00 ", left)
            if times and not any(word in thai for word in term.thai):
                yield f"“{term.english}” is {' or '.join(term.thai)}"


def _terms_of_row(cells: Sequence[str]) -> list[Term]:
    if (
        len(cells) < 2
        or cells[0].startswith(("English", "---"))
        or not re.search(r"[\u0e00-\u0e7f]|[A-Z]{2}", cells[1])
    ):
        return []
    english = [re.sub(r"\s*\(.*?\)", "", part).strip() for part in cells[0].split(",")]
    thai = [re.sub(r"\s*\(.*?\)", "", part).strip() for part in cells[1].split(",")]
    also = re.search(r"also: ([^;]+)", cells[2]) if len(cells) > 2 else None
    more = tuple(word.strip() for word in also.group(1).split(",")) if also else ()
    if len(english) == len(thai):
        return [Term(word, (said, *more)) for word, said in zip(english, thai, strict=True) if word]
    return [Term(word, (*thai, *more)) for word in english if word]


def check(root: Path) -> list[str]:
    """Everything that is wrong with the Thai, one line each; nothing when all is well."""
    glossary = Glossary.read(root / GLOSSARY) if (root / GLOSSARY).exists() else Glossary((), frozenset())
    problems: list[str] = []
    everywhere: dict[tuple[str, str], tuple[str, str]] = {}
    for app, found in collect(root).items():
        problems += found.problems
        name = (app / PO).relative_to(root).as_posix()
        try:
            catalogue = read_catalogue(app / PO)
        except ValueError as error:
            problems.append(f"{name}: cannot be read ({error})")
            continue
        for text, files in found.texts.items():
            message = _thai(catalogue, text)
            thai = _said(message)
            for problem in _problems_of(text, message, thai, glossary):
                problems.append(f"{name}: “{_clip(text.words)}” ({files[0]}): {problem}")
            before, where = everywhere.setdefault((text.context, text.words), (thai, name))
            if thai and before and thai != before:
                problems.append(
                    f"{name}: “{_clip(text.words)}” is “{thai}” here and “{before}” in {where}; Django shows one"
                )
        known = {(text.context, text.words) for text in found.texts}
        for message in catalogue:
            words = message.id if isinstance(message.id, str) else message.id[0]
            if words and (message.context or "", words) not in known:
                problems.append(f"{name}: “{_clip(words)}” is said nowhere; run update")
    return problems


def _problems_of(text: Text, message: PoMessage | None, thai: str, glossary: Glossary) -> Iterator[str]:
    if message is None:
        yield "missing; run update"
        return
    if not thai.strip():
        yield "has no Thai"
        return
    if message.fuzzy:
        yield "is fuzzy"
    if bool(text.plural) != (not isinstance(message.id, str)):
        yield "is a plural in one and not in the other; run update"
    # Thai has one form for every number, and that one shows the number as the English plural does.
    wanted, got = _placeholders(text.plural or text.words), _placeholders(thai)
    if wanted != got:
        yield f"has the placeholders {_list(got)} and not {_list(wanted)}"
    yield from glossary.violations(text.words, thai)


def _placeholders(words: str) -> list[str]:
    return sorted({match.group(0) for match in _PLACEHOLDER.finditer(words.replace("%%", ""))})


def _list(names: Iterable[str]) -> str:
    return " ".join(names) or "none"


def _clip(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 60 else line[:57] + "..."


def compile_messages(root: Path = ROOT) -> list[Path]:
    """Write the .mo file beside each .po file that is newer; returns what was written."""
    written = []
    for app in catalogues(root):
        source, target = app / PO, (app / PO).with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        catalogue = read_catalogue(source)
        content = BytesIO()
        write_mo(content, catalogue)
        # In one step, so that a server which starts now reads the old file or the new one.
        beside = target.with_suffix(".mo.new")
        beside.write_bytes(content.getvalue())
        beside.replace(target)
        written.append(target)
    return written


def main(arguments: Sequence[str]) -> int:
    """The command line; 0 when all is well, 1 when a text needs somebody."""
    parser = argparse.ArgumentParser(description="The Thai texts of Samphan.")
    parser.add_argument("act", choices=["check", "update", "compile"])
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.act == "compile":
        written = compile_messages(chosen.root)
        print(f"{len(written)} compiled")
        return 0
    lines = check(chosen.root) if chosen.act == "check" else update(chosen.root)
    for line in lines:
        print(line)
    return 1 if chosen.act == "check" and lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
