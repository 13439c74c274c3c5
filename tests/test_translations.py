"""The Thai texts: complete, with the glossary's words; and the tool that says so."""

import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "messages.py"


@pytest.fixture(scope="module")
def messages() -> SimpleNamespace:
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        import messages as module
    finally:
        sys.path.pop(0)
    return module  # type: ignore[return-value]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one app, one folder that is no app, and a glossary."""
    shop = tmp_path / "samphan" / "shop"
    (shop / "templates" / "shop").mkdir(parents=True)
    (shop / "tests").mkdir()
    (tmp_path / "samphan" / "platform").mkdir()
    (tmp_path / "samphan" / "runtime").mkdir()
    (tmp_path / "docs").mkdir()
    for app in ("shop", "platform"):
        (tmp_path / "samphan" / app / "apps.py").write_text("")
    (tmp_path / "docs" / "glossary.md").write_text(
        "## Things\n"
        "| English (code) | Thai (screen) | note |\n|---|---|---|\n"
        "| Customer | ลูกค้า | also: ราย |\n"
        "| Invoice | ใบแจ้งหนี้ | |\n"
        "| Tax invoice | ใบกำกับภาษี | |\n"
        "| Won, Lost | ปิดได้, ปิดไม่ได้ | |\n"
        "| Identity | ตัวตน | |\n"
        "| View (saved) | มุมมอง | |\n"
        "## Exceptions\n"
        '- "Nothing is lost" — an ordinary word\n',
        "utf-8",
    )
    return tmp_path


def python(project: Path, source: str) -> None:
    (project / "samphan" / "shop" / "views.py").write_text(source, "utf-8")


def template(project: Path, source: str) -> None:
    (project / "samphan" / "shop" / "templates" / "shop" / "page.html").write_text(source, "utf-8")


def po(project: Path, *entries: str, app: str = "shop") -> None:
    path = project / "samphan" / app / "locale" / "th" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
    )
    path.write_text("\n".join([head, *entries]), "utf-8")


def entry(words: str, thai: str, plural: str = "", context: str = "", flags: str = "") -> str:
    lines = [f"#, {flags}"] if flags else []
    lines += [f'msgctxt "{context}"'] if context else []
    lines += [f'msgid "{words}"']
    lines += [f'msgid_plural "{plural}"', f'msgstr[0] "{thai}"'] if plural else [f'msgstr "{thai}"']
    return "\n".join(lines) + "\n"


def texts(messages: SimpleNamespace, project: Path, app: str = "shop") -> list[tuple[str, str, str]]:
    found = messages.collect(project)[project / "samphan" / app]
    return [(text.words, text.plural, text.context) for text in found.texts]


# The project itself ----------------------------------------------------------------------------


def test_says_everything_in_thai() -> None:
    answer = subprocess.run([sys.executable, str(SCRIPT), "check"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


# What is found ----------------------------------------------------------------------------


def test_finds_every_way_of_saying_a_text_in_python(messages: SimpleNamespace, project: Path) -> None:
    python(
        project,
        "_('One')\n"
        "gettext_lazy(\n    'Two '\n    'parts'\n)\n"
        "translation.gettext('Three')\n"
        "ngettext('%(n)s row', '%(n)s rows', n)\n"
        "pgettext_lazy('role', 'Sales')\n"
        "npgettext('list', 'a day', 'days', n)\n"
        "gettext_noop('Borrowed')\n",
    )
    assert texts(messages, project) == [
        ("One", "", ""), ("Two parts", "", ""), ("Three", "", ""), ("%(n)s row", "%(n)s rows", ""),
        ("Sales", "", "role"), ("a day", "days", "list"), ("Borrowed", "", ""),
    ]  # fmt: skip


def test_leaves_variables_and_other_functions_alone(messages: SimpleNamespace, project: Path) -> None:
    python(project, "_(label)\nself._('x')\nprint('Words')\ngettext('')\n_ = gettext\n")
    assert texts(messages, project) == []


@pytest.mark.parametrize("built", ["_(f'{n} rows')", "_('rows: ' + n)", "_('%s rows' % n)", "_('{} rows'.format(n))"])
def test_refuses_a_text_that_is_built_before_it_is_translated(
    messages: SimpleNamespace, project: Path, built: str
) -> None:
    python(project, built)
    assert any("takes a plain string" in line for line in messages.check(project))


def test_finds_every_way_of_saying_a_text_in_a_template(messages: SimpleNamespace, project: Path) -> None:
    template(
        project,
        "{% load i18n %}\n<p>\n    {% translate 'One' %} it's \"open\n"
        "{% blocktranslate trimmed with name=x.name %}\n   Hello {{ name }},\n   welcome\n{% endblocktranslate %}\n"
        "{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}\n"
        "{% translate 'More' context 'rows' %}{% include 'x.html' with label=_(\"Save it\") only %}\n"
        "   {% translate 'Two' as two %}{{ value|default:_('None yet') }}\n",
    )
    assert texts(messages, project) == [
        ("One", "", ""), ("Hello %(name)s, welcome", "", ""), ("%(n)s row", "%(n)s rows", ""),
        ("More", "", "rows"), ("Save it", "", ""), ("Two", "", ""), ("None yet", "", ""),
    ]  # fmt: skip


def test_passes_over_tests_and_migrations(messages: SimpleNamespace, project: Path) -> None:
    (project / "samphan" / "shop" / "tests" / "test_x.py").write_text("_('Only a test')")
    assert texts(messages, project) == []


def test_keeps_the_texts_of_folders_that_are_no_apps_with_the_platform(
    messages: SimpleNamespace, project: Path
) -> None:
    (project / "samphan" / "runtime" / "cli.py").write_text("_('Ready')")
    assert texts(messages, project, "platform") == [("Ready", "", "")]


def test_names_a_file_that_cannot_be_read(messages: SimpleNamespace, project: Path) -> None:
    python(project, "_('One'\n")
    assert any(line.startswith("samphan/shop/views.py: cannot be read") for line in messages.check(project))


# What is checked ----------------------------------------------------------------------------


def test_is_content_with_a_complete_catalogue(messages: SimpleNamespace, project: Path) -> None:
    python(project, "_('Hello %(name)s')\nngettext('%(n)s day', '%(n)s days', n)\npgettext('role', 'Sales')\n")
    po(
        project,
        entry("Hello %(name)s", "สวัสดี %(name)s"),
        entry("%(n)s day", "%(n)s วัน", "%(n)s days"),
        entry("Sales", "ฝ่ายขาย", context="role"),
    )
    assert messages.check(project) == []


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ("", "missing; run update"),
        (entry("Hello %(name)s", ""), "has no Thai"),
        (entry("Hello %(name)s", "สวัสดี %(name)s", flags="fuzzy"), "is fuzzy"),
        (entry("Hello %(name)s", "สวัสดี"), "has the placeholders none and not %(name)s"),
        (entry("Hello %(name)s", "สวัสดี %(nam)s"), "has the placeholders %(nam)s and not %(name)s"),
        (entry("Hello %(name)s", "สวัสดี %(name)s", context="letter"), "missing; run update"),
    ],
)
def test_misses(messages: SimpleNamespace, project: Path, known: str, sentence: str) -> None:
    python(project, "_('Hello %(name)s')")
    po(project, known)
    assert any(sentence in line for line in messages.check(project))


def test_misses_a_text_that_nobody_says_any_more(messages: SimpleNamespace, project: Path) -> None:
    po(project, entry("Old", "เก่า"))
    assert any("is said nowhere" in line for line in messages.check(project))


def test_misses_two_translations_of_one_text(messages: SimpleNamespace, project: Path) -> None:
    python(project, "_('Sales')")
    (project / "samphan" / "platform" / "x.py").write_text("_('Sales')")
    po(project, entry("Sales", "ฝ่ายขาย"))
    po(project, entry("Sales", "ยอดขาย"), app="platform")
    assert any("Django shows one" in line for line in messages.check(project))


@pytest.mark.parametrize(
    ("english", "thai", "missing"),
    [
        ("Add a customer", "เพิ่มลูกค้า", ""),
        ("Delete 3 customers", "ลบ 3 ราย", ""),
        ("Add a customer", "เพิ่มผู้ซื้อ", "Customer"),
        ("Customers", "ผู้ซื้อ", "Customer"),
        ("Tax invoice", "ใบกำกับภาษี", ""),
        ("Invoice", "ใบกำกับภาษี", "Invoice"),
        ("Identities", "บัญชี", "Identity"),
        ("Lost", "หาย", "Lost"),
        ("Won", "ปิดได้", ""),
        ("View", "ดู", "View"),
        ("Reviewed", "ตรวจแล้ว", ""),
        ("Nothing is lost", "ไม่มีอะไรหาย", ""),
        ("%(customer)s", "%(customer)s", ""),
        ("Customer-facing", "หน้าร้าน", ""),
    ],
)
def test_holds_a_text_to_the_glossary(
    messages: SimpleNamespace, project: Path, english: str, thai: str, missing: str
) -> None:
    python(project, f"_({english!r})")
    po(project, entry(english, thai))
    found = messages.check(project)
    assert (f"“{missing}” is" in found[0]) if missing else found == []


def test_reads_the_glossary_of_the_project(messages: SimpleNamespace) -> None:
    terms = {term.english: term.thai for term in messages.Glossary.read(ROOT / "docs" / "glossary.md").terms}
    assert terms["Customer"][0] == "ลูกค้า"
    assert terms["Role"] == ("บทบาท",)
    assert terms["permission"] == ("สิทธิ์",)
    assert len(terms) > 90


# What is written ----------------------------------------------------------------------------


def test_update_adds_and_drops_and_keeps_the_thai(messages: SimpleNamespace, project: Path) -> None:
    python(project, "_('Kept')\n_('New \"one\"')\nngettext('%(n)s day', '%(n)s days', n)")
    po(project, entry("Kept", "เก็บไว้"), entry("Old", "เก่า"))
    assert messages.update(project) == ["samphan/shop/locale/th/LC_MESSAGES/django.po: 3 texts, 2 without Thai"]
    content = (project / "samphan/shop/locale/th/LC_MESSAGES/django.po").read_text("utf-8")
    assert 'msgid "Kept"\nmsgstr "เก็บไว้"' in content
    assert 'msgid "New \\"one\\""\nmsgstr ""' in content
    assert 'msgid_plural "%(n)s days"\nmsgstr[0] ""' in content
    assert "Old" not in content
    assert messages.update(project) == []


def test_compile_writes_what_gettext_reads(messages: SimpleNamespace, project: Path) -> None:
    import gettext

    po(
        project,
        entry("One", "หนึ่ง"),
        entry("%(n)s day", "%(n)s วัน", "%(n)s days"),
        entry("Sales", "ฝ่ายขาย", context="role"),
        entry("Guess", "เดา", flags="fuzzy"),
    )
    (written,) = messages.compile_messages(project)
    with written.open("rb") as file:
        thai = gettext.GNUTranslations(file)
    assert thai.gettext("One") == "หนึ่ง"
    assert thai.ngettext("%(n)s day", "%(n)s days", 5) == "%(n)s วัน"
    assert thai.pgettext("role", "Sales") == "ฝ่ายขาย"
    assert thai.gettext("Guess") == "Guess"
    assert messages.compile_messages(project) == []


def test_runs_as_a_command(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    python(project, "_('One')")
    for act, code in (("check", 1), ("update", 0), ("check", 1), ("compile", 0)):
        monkeypatch.setattr(sys, "argv", ["messages.py", act, "--root", str(project)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        assert ended.value.code == code
    assert "1 compiled" in capsys.readouterr().out
