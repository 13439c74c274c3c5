"""How lists of customers write the next task: its title with the day in the same cell."""

from django.utils.html import conditional_escape as escape
from django.utils.html import format_html

from samphan.administration import lists
from samphan.administration.lists import Cell, Row
from samphan.administration.lists.page import ListPage
from samphan.ui.templatetags import ui
from samphan.work.fields import NEXT_DUE
from samphan.work.words import due_on_words

MOST = 28  # letters of a title; the whole stands on the record, and a list of fifty is a page of 60 kB


def _next_task(page: ListPage) -> Cell:
    today, language, era = page.today, page.language, page.era

    def write(row: Row) -> str:
        if not row["next_task"]:
            return ui.NOTHING
        title = escape(ui.short(row["next_task"], MOST))
        due = due_on_words(row["next_task_due"], today, language, era) if row["next_task_due"] else None
        if due is None:
            return title
        return format_html(
            "{} <span class={}>{}</span>", title, f"is-{due.tone}" if due.tone else "is-quiet", due.words
        )

    return write


def register() -> None:
    """Put the day of the next task into its cell."""
    lists.add_cell("customers", lists.FurtherCell("next_task", _next_task, {"next_task_due": NEXT_DUE}))
