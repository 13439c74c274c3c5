"""Commands that show how Samphan reads what Thais write: dates, names, addresses. They need no database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from samphan.runtime.cli import Call, CommandFailed, command, django_loaded


def add_to(commands: Any) -> None:
    thai = commands.add_parser(
        "thai", help="Show how a date, a name or an address is read.", description="Show how Thai text is read."
    )
    verbs = thai.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, run, help_text in (
        ("date", run_date, "Read a date: 5 พ.ย. 69."),
        ("name", run_name, "Take a person's name apart: น.ส.สมหญิง ใจดี."),
        ("address", run_address, "Find subdistrict, district, province and postcode in an address."),
    ):
        command(verbs, name, _shown(run), help_text=help_text).add_argument("text")


def _shown(run: Callable[[str], dict[str, Any]]) -> Callable[[Call], dict[str, Any]]:
    """Without --json the answer is said line by line."""

    def show(call: Call) -> dict[str, Any]:
        from samphan.platform.thai.problems import ValueProblem

        try:
            answer = run(call.options.text)
        except ValueProblem as problem:
            with django_loaded(call.environment):  # the sentence is put together in its language
                raise CommandFailed(str(problem)) from problem
        if not call.wants_json:
            for name, value in answer.items():
                call.say(f"{name}: {value}")
        return answer

    return show


def run_date(text: str) -> dict[str, Any]:
    """The date in ISO form, the likeliest one where it may be read in several ways, and whether it may."""
    from samphan.platform.thai.calendar import BANGKOK
    from samphan.platform.thai.dates import parse_date

    found = parse_date(text, today=datetime.now(BANGKOK).date())
    return {"date": found.date.isoformat(), "ambiguous": bool(found.alternatives)}


def run_name(text: str) -> dict[str, Any]:
    """Title written out, given name and family name; each "" when the text does not tell it.

    The name of a firm has no parts: it stands whole as the first name.
    """
    from samphan.platform.thai.names import is_organisation, split_name

    if is_organisation(text):
        return {"title": "", "first": " ".join(text.split()), "last": ""}
    name = split_name(text)
    return {"title": name.title, "first": name.first, "last": name.last}


def run_address(text: str) -> dict[str, Any]:
    """The area an address lies in; each part "" when it is not known."""
    from samphan.platform.thai.addresses import parse_address

    found = parse_address(text)
    return {name: getattr(found, name) for name in ("subdistrict", "district", "province", "postcode")}
