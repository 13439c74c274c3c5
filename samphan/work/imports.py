"""Notes, calls, visits, meetings and tasks from a file, written down for customers that are known already."""

import json
from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from samphan.administration import queries
from samphan.administration.custom_fields import importing
from samphan.administration.custom_fields.once import Once
from samphan.administration.member_names import member_choices
from samphan.administration.models import Member, Workspace
from samphan.administration.settings import choices
from samphan.customers.events import IDS_AT_ONCE
from samphan.customers.fields import CUSTOMERS
from samphan.customers.permissions import IMPORT
from samphan.customers.references import Meant, find_customers
from samphan.platform.catalogue import Choice
from samphan.platform.events import publish
from samphan.platform.ids import uuid7
from samphan.platform.imports import kinds
from samphan.platform.imports.cells import Reader
from samphan.platform.imports.kinds import Context, Converted, Counts, ImportKind, Problem
from samphan.platform.imports.mapping import ImportField
from samphan.platform.imports.reading import Cell
from samphan.platform.imports.row_session import any_session
from samphan.work import import_cells as cells_of
from samphan.work.choices import KINDS, OUTCOMES
from samphan.work.events import WorkImported
from samphan.work.import_sources import ACTIVITIES, TASKS
from samphan.work.import_words import ACTIVITY_KINDS, DIRECTIONS, TASK_KINDS, TASK_STATES
from samphan.work.models import Activity, Task, TaskState

MISSING = {
    "": _("The cell is empty."),
    "customer": _("The row names no customer."),
    "text": _("The row says nothing: a note needs words."),
    "title": _("The row does not say what is to be done."),
    "assignee": _("Nobody is to do it: name somebody here, or import on the screen and do it yourself."),
}
UNKNOWN = _("Nobody here is known as this customer. Bring the customers in first, or mend the cell.")
SEVERAL = _("Several customers may be meant. Name the customer's number, phone or e-mail.")
SPEAKING = ("external_id", "phone", "email", "customer")  # the columns that say whom a row concerns
Row = dict[str, Any]


class _Work(cells_of.WorkSession):
    """What runs over activities and over tasks share: the customers, and what is here already."""

    missing = MISSING

    def __init__(self, context: Context) -> None:
        super().__init__(context, Workspace.objects.only("time_zone").get(pk=context.workspace_id).zone)
        self.seen: set[Any] = set()  # of earlier chunks, for the check alone

    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> Row:
        return {**values, "row": number, "cells": cells, "meant": cells_of.meant(values)}

    def lacks(self, number: int, values: dict[str, Any]) -> list[Problem]:
        found = super().lacks(number, values)
        if self.needs_customer and cells_of.meant(values) is None:
            found.append(Problem(number, self._customer_heading(), "no_customer", MISSING["customer"]))
        return found

    needs_customer = True

    def _customer_heading(self) -> str:
        return next((self.heading_of[name] for name in SPEAKING if name in self.heading_of), "")

    def preview(self, converted: Converted) -> dict[str, Any]:
        if not converted.data:
            return {}
        row: Row = converted.data[0]
        who: Meant | None = row["meant"]
        shown = {name: row[name] for name in self.shown if row.get(name) not in (None, "")}
        if who is not None:
            shown["customer"] = who.name or who.identities[0][1]
        for name in ("member", "assignee"):
            if name in shown:
                shown[name] = Member.objects.values_list("name", flat=True).get(pk=shown[name])
        return shown | importing.shown("tasks", row.get(importing.KEY, {}), self.context.workspace_id)

    shown: tuple[str, ...] = ()

    def match(self, converted: Converted) -> Counts:
        fresh, known = self._sorted(converted, self.seen, writes=False)
        return Counts(created=len(fresh), skipped=known)

    def _sorted(self, converted: Converted, seen: set[Any], *, writes: bool) -> tuple[list[Row], int]:
        """The rows to write, with their customers, and how many are here already; rows that mean nobody are problems."""
        rows: list[Row] = converted.data
        found = find_customers(
            self.context.workspace_id, {row["row"]: row["meant"] for row in rows if row["meant"] is not None}
        )
        clear: list[Row] = []
        for row in rows:
            if row["meant"] is not None and found.get(row["row"]) is None:
                is_shared = row["row"] in found
                code, message = ("several_customers", SEVERAL) if is_shared else ("unknown_customer", UNKNOWN)
                converted.problems.append(Problem(row["row"], self._heading_of(row), code, message))
                converted.cells[row["row"]] = row["cells"]
                continue
            row["customer_id"] = found.get(row["row"])
            clear.append(row)
        before = self.here(clear) | seen if clear else set()
        while True:
            here, fresh = set(before), []
            for row in clear:
                key = self.key(row)
                if key not in here:
                    fresh.append(row)
                here.add(key)
            kept = self.unclaimed(converted, fresh, writes=writes)
            if len(kept) == len(fresh):
                break
            # A row that says the same as a refused one is no longer there already.
            refused = {row["row"] for row in fresh} - {row["row"] for row in kept}
            clear = [row for row in clear if row["row"] not in refused]
        seen |= here
        return fresh, len(clear) - len(fresh)

    def unclaimed(self, converted: Converted, rows: list[Row], *, writes: bool) -> list[Row]:
        """The rows without those that want a value which another record has and must not share."""
        return rows

    def _heading_of(self, row: Row) -> str:
        """The first column about the customer that the row fills: there it is to be mended."""
        headings = self.context.headings
        for name in SPEAKING:
            heading = self.heading_of.get(name)
            if heading is not None and row["cells"][headings.index(heading)] != "":
                return heading
        return self._customer_heading()

    @abstractmethod
    def key(self, row: Row) -> Any:
        """What makes a row the same as one that is here."""

    @abstractmethod
    def here(self, rows: list[Row]) -> set[Any]:
        """The keys of what is here of the customers of these rows."""

    @abstractmethod
    def make(self, rows: list[Row]) -> None:
        """Write the rows."""

    def write(self, converted: Converted) -> Counts:
        fresh, known = self._sorted(converted, set(), writes=True)
        self.make(fresh)
        ids = sorted({row["customer_id"] for row in fresh} - {None})
        publish(*(WorkImported(tuple(ids[start : start + IDS_AT_ONCE])) for start in range(0, len(ids), IDS_AT_ONCE)))
        return Counts(created=len(fresh), skipped=known)

    def finish(self, after: str) -> tuple[Counts, str | None]:
        return Counts(), None


class ActivityImport(_Work):
    """One run over a file of notes, calls, visits and meetings."""

    shown = ("at", "kind", "text", "outcome", "direction", "member")
    readers_by_field = {
        "customer": any_session(cells_of.customer),
        "external_id": cells_of.external_id,
        "phone": any_session(cells_of.phone),
        "email": any_session(cells_of.email),
        "at": cells_of.moment("at", is_past=True),
        "kind": cells_of.choice("kind", ACTIVITY_KINDS),
        "subject": any_session(cells_of.words("subject", 500)),
        "text": any_session(cells_of.words("text")),
        "duration": any_session(cells_of.duration),
        "direction": cells_of.choice("direction", DIRECTIONS),
        "outcome": cells_of.outcome,
        "member": cells_of.member(
            "member",
            ("unknown_writer", "several_writers"),
            gettext_lazy("Nobody here is called “%(name)s”; the row comes in without the person."),
            gettext_lazy("%(count)s people here are called “%(name)s”; the row comes in without the person."),
        ),
    }

    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> Row:
        values.setdefault("kind", Activity.Kind.NOTE.value)
        values["text"] = "\n".join(part for part in (values.get("subject"), values.get("text")) if part)
        values.setdefault("at", self.context.at)
        return super().row(number, values, cells)

    def lacks(self, number: int, values: dict[str, Any]) -> list[Problem]:
        found = super().lacks(number, values)
        if values.get("kind", Activity.Kind.NOTE) == Activity.Kind.NOTE and not {"text", "subject"} & set(values):
            heading = self.heading_of.get("text", self.heading_of.get("subject", ""))
            found.append(Problem(number, heading, "no_text", MISSING["text"]))
        return found

    def key(self, row: Row) -> Any:
        return row["customer_id"], cells_of.utc(row["at"]), row["kind"], row["text"]

    def here(self, rows: list[Row]) -> set[Any]:
        moments = [row["at"] for row in rows]
        found = Activity.objects.filter(
            workspace_id=self.context.workspace_id,
            customer_id__in={row["customer_id"] for row in rows},
            at__range=(min(moments), max(moments)),
        )
        return set(found.values_list("customer_id", "at", "kind", "text"))

    def make(self, rows: list[Row]) -> None:
        Activity.objects.bulk_create(
            [
                Activity(
                    workspace_id=self.context.workspace_id,
                    created_in=self.context.batch_id,
                    customer_id=row["customer_id"],
                    member_id=row.get("member"),
                    kind=row["kind"],
                    at=row["at"],
                    text=row["text"],
                    duration_seconds=row.get("duration_seconds"),
                    direction=row.get("direction", "") if row["kind"] == Activity.Kind.CALL else "",
                    outcome=row.get("outcome", "") if row["kind"] != Activity.Kind.NOTE else "",
                )
                for row in rows
            ],
            batch_size=1000,
        )


class TaskImport(_Work):
    """One run over a file of tasks."""

    needed = ("title",)
    needs_customer = False
    shown = ("title", "due", "kind", "state", "assignee", "text")
    readers_by_field = {
        "title": any_session(cells_of.words("title", 300)),
        "customer": any_session(cells_of.customer),
        "external_id": cells_of.external_id,
        "phone": any_session(cells_of.phone),
        "email": any_session(cells_of.email),
        "due": cells_of.moment("due"),
        "due_time": any_session(cells_of.clock),
        "kind": cells_of.choice("kind", TASK_KINDS, KINDS),
        "state": cells_of.choice("state", TASK_STATES),
        "assignee": cells_of.member(
            "assignee",
            ("unknown_assignee", "several_assignees"),
            gettext_lazy("Nobody here is called “%(name)s”; the task falls to who imports it."),
            gettext_lazy("%(count)s people here are called “%(name)s”; the task falls to who imports it."),
        ),
        "closed": cells_of.moment("closed"),
        "text": any_session(cells_of.words("text")),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.once = Once("tasks", self.mapped, context.workspace_id)
        self.defaults: dict[str, Any] = json.loads(importing.defaults("tasks", context.workspace_id))

    def reader_of(self, name: str, index: int) -> Reader:
        if importing.is_custom(name):
            return importing.reader_of("tasks", name, self.context, index)
        return super().reader_of(name, index)

    def unclaimed(self, converted: Converted, rows: list[Row], *, writes: bool) -> list[Row]:
        return self.once.sift(
            converted,
            rows,
            lambda row: row["row"],
            lambda: queries.member_or_system(self.context.workspace_id, self.context.member_id),
            self.heading_of,
            writes=writes,
        )

    def lacks(self, number: int, values: dict[str, Any]) -> list[Problem]:
        found = super().lacks(number, values)
        if values.get("assignee") is None and self.context.member_id is None:
            heading = self.heading_of.get("assignee", "")
            found.append(Problem(number, heading, "no_assignee", MISSING["assignee"]))
        return found

    def row(self, number: int, values: dict[str, Any], cells: list[Cell]) -> Row:
        values["title"] = " ".join(values["title"].split())
        at = values.pop("due_time", None)
        if at is not None and "due" in values and not values["due_has_time"]:
            values["due"] = values["due"].replace(hour=at.hour, minute=at.minute)
            values["due_has_time"] = True
        values.setdefault("kind", Task.Kind.OTHER.value)
        values.setdefault("state", Task.State.NOT_STARTED.value)
        values["assignee"] = values.get("assignee") or self.context.member_id
        return super().row(number, values, cells)

    def key(self, row: Row) -> Any:
        return row["customer_id"], row["title"], row["due"].date() if row.get("due") else None

    def here(self, rows: list[Row]) -> set[Any]:
        tasks = Task.objects.filter(workspace_id=self.context.workspace_id)
        customers = {row["customer_id"] for row in rows} - {None}
        # An index each: the open ones of customers, the closed ones, and those of nobody by their day.
        found: set[tuple[UUID | None, str, date | None]] = set()
        for part in (
            tasks.filter(customer_id__in=customers, closed_at__isnull=True),
            tasks.filter(customer_id__in=customers, closed_at__isnull=False),
            tasks.filter(customer_id__isnull=True, due_on__in={self.key(row)[2] for row in rows} - {None}),
            tasks.filter(
                customer_id__isnull=True, due_on__isnull=True, assignee_id__in={row["assignee"] for row in rows}
            ),
        ):
            found |= set(part.values_list("customer_id", "title", "due_on"))
        return found

    def make(self, rows: list[Row]) -> None:
        tasks = [self._task(row) for row in rows]
        Task.objects.bulk_create(tasks, batch_size=1000)
        TaskState.objects.bulk_create(
            [
                TaskState(
                    workspace_id=task.workspace_id,
                    created_in=task.created_in,
                    task_id=task.pk,
                    state=task.state,
                    at=task.closed_at or self.context.at,
                    member_id=self.context.member_id,
                )
                for task in tasks
            ],
            batch_size=1000,
        )

    def _task(self, row: Row) -> Task:
        due: datetime | None = row.get("due")
        closed = (row.get("closed") or self.context.at) if row["state"] in Task.CLOSED else None
        return Task(
            id=uuid7(),
            workspace_id=self.context.workspace_id,
            created_in=self.context.batch_id,
            customer_id=row["customer_id"],
            title=row["title"],
            text=row.get("text", ""),
            kind=row["kind"],
            state=row["state"],
            due_on=due.date() if due else None,
            due_at=due if due and row["due_has_time"] else None,
            assignee_id=row["assignee"],
            made_by_id=self.context.member_id,
            closed_at=closed,
            custom=self.defaults | json.loads(importing.dumps(row) or "{}"),
        )


def _choices(of: Any) -> Any:
    """The choices of a field, made anew for each reader's language."""

    def made() -> Sequence[Choice]:
        return [Choice(value, label) for value, label in of.choices]

    return made


def _customer_fields() -> tuple[ImportField, ...]:
    """Whom a row concerns, under the headings that customers declare."""
    name = ImportField.of(CUSTOMERS.field("name"))
    return (
        ImportField("customer", gettext_lazy("Customer"), "name", (*name.aliases, "Contact person", "ลูกค้า/บริษัท")),
        ImportField.of(CUSTOMERS.field("phone")),
        ImportField.of(CUSTOMERS.field("email")),
        ImportField.of(CUSTOMERS.field("external_id")),
    )


def register() -> None:
    """Offer activities and tasks as kinds of import, to whoever may bring customers in."""
    whom = _customer_fields()
    kinds.register(
        ImportKind(
            name="activities",
            label=gettext_lazy("Notes, calls and visits"),
            permission=IMPORT,
            matches="customers",
            fields=(
                *whom,
                ImportField("at", gettext_lazy("When"), "date", (
                    "วันที่", "วันเวลา", "วันที่และเวลา", "วันที่ติดต่อ", "วันที่โทร", "วันที่เข้าพบ", "วันที่บันทึก", "Date", "Date and time",
                    "Activity date", "Created at", "Created time",
                )),
                ImportField("kind", gettext_lazy("Kind of activity"), "choice", (
                    "ประเภทกิจกรรม", "ชนิดกิจกรรม", "กิจกรรม", "ช่องทางติดต่อ", "Activity type", "Activity", "Activity kind",
                ), _choices(Activity.Kind)),
                ImportField("subject", gettext_lazy("Subject"), "text", ("หัวข้อ", "เรื่อง", "Subject",
                    "Note title", "Call title")),
                ImportField("text", gettext_lazy("What happened"), "text", (
                    "บันทึก", "ข้อความ", "รายละเอียด", "เนื้อหา", "หมายเหตุ", "สรุปการคุย", "ผลการติดต่อ",
                    "ผลการโทร", "ผลการเข้าพบ", "Note",
                    "Notes", "Note content", "Note body", "Text", "Body", "Description", "Comment", "Comments",
                    "Remark", "Summary",
                )),
                ImportField("duration", gettext_lazy("Duration"), "text", (
                    "ระยะเวลา", "เวลาที่คุย", "นาที", "Duration", "Call duration", "Minutes",
                )),
                ImportField("direction", gettext_lazy("Direction of the call"), "choice", (
                    "โทรเข้า/โทรออก", "โทรเข้า-ออก", "ทิศทาง", "Direction", "Call direction", "Call type",
                ), _choices(Activity.Direction)),
                ImportField("outcome", gettext_lazy("Outcome"), "choice", (
                    "ผล", "ผลลัพธ์", "ผลสาย", "สถานะการโทร", "สถานะสาย", "Outcome", "Call outcome",
                    "Call result", "Result", "Disposition",
                ), choices.choices(OUTCOMES)),
                ImportField("member", gettext_lazy("Written by"), "member", (
                    "ผู้บันทึก", "ผู้เขียน", "ผู้โทร", "ผู้เข้าพบ", "ผู้ติดต่อลูกค้า", "พนักงาน", "เซลส์", "พนักงานขาย", "Author", "Written by",
                    "Created by", "Logged by", "Owner", "User",
                ), member_choices),
            ),
            open=ActivityImport,
            required=(SPEAKING, ("text", "kind", "subject")),
            url_name="customer-list",
            existing=("file",),
            sources=ACTIVITIES,
            follows=("customers",),
            telling=("kind", "duration", "direction"),
        )
    )  # fmt: skip
    kinds.register(
        ImportKind(
            name="tasks",
            label=gettext_lazy("Tasks"),
            permission=IMPORT,
            matches="customers",
            fields=(
                ImportField("title", gettext_lazy("Name of the task"), "text", (
                    "งาน", "ชื่องาน", "สิ่งที่ต้องทำ", "รายการงาน", "งานที่ต้องทำ", "Task", "Task name", "Task title", "To do", "Subject",
                )),
                *whom,
                ImportField("due", gettext_lazy("Due"), "date", (
                    "กำหนด", "กำหนดส่ง", "กำหนดเสร็จ", "วันครบกำหนด", "ครบกำหนด", "วันที่ต้องทำ", "Due", "Due date", "Deadline",
                )),
                ImportField("due_time", gettext_lazy("Time on the due day"), "text", (
                    "เวลา", "เวลานัด", "เวลากำหนด", "เวลาครบกำหนด", "Due time", "Time",
                )),
                ImportField("kind", gettext_lazy("Kind of task"), "choice", ("ประเภทงาน", "ชนิดงาน",
                    "Task type"), choices.choices(KINDS)),
                ImportField("state", gettext_lazy("State of the task"), "choice", (
                    "สถานะ", "สถานะงาน", "ความคืบหน้า", "Status", "Task status", "State", "Done",
                ), _choices(Task.State)),
                ImportField("assignee", gettext_lazy("Assignee"), "member", (
                    "ผู้รับผิดชอบ", "ผู้ทำ", "มอบหมายให้", "ผู้ดูแล", "พนักงาน", "Assignee", "Assigned to", "Owner", "Responsible",
                ), member_choices),
                ImportField("closed", gettext_lazy("Closed on"), "date", (
                    "เสร็จเมื่อ", "วันที่เสร็จ", "ปิดเมื่อ", "Closed", "Completed", "Completed at", "Done at", "Closed time",
                )),
                ImportField("text", gettext_lazy("Details"), "text", (
                    "รายละเอียด", "หมายเหตุ", "บันทึก", "Details", "Description", "Note", "Notes", "Comment",
                )),
            ),
            open=TaskImport,
            required=(("title",),),
            url_name="today",
            existing=("file",),
            sources=TASKS,
            follows=("customers",),
            telling=("title", "due"),
        )
    )  # fmt: skip
