"""A thousand customers a call: by the writer of imports, in sets, with a result for each record."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop
from ninja import Body, Router, Schema
from pydantic import Field

from samphan.administration.api import custom
from samphan.administration.custom_fields import hosts
from samphan.administration.custom_fields.importing import KEY as CUSTOM
from samphan.administration.custom_fields.importing import is_custom
from samphan.administration.custom_fields.values import read as read_custom
from samphan.administration.custom_fields.writing import field_for, find_member
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.customers import actions
from samphan.customers.actions.provenance import source_of
from samphan.customers.api.records import CUSTOMERS, owner_ids, typed
from samphan.customers.imports import CustomerImport
from samphan.customers.models import Customer
from samphan.customers.permissions import ADD, CHANGE, DELETE, TAG
from samphan.customers.reach import OWNED
from samphan.customers.reading import read_birth_date
from samphan.platform.access import Reach, require, requires
from samphan.platform.api.answers import answer
from samphan.platform.api.problems import Error, Problem, invalid
from samphan.platform.api.schemas import Strict
from samphan.platform.changes.recording import changeset
from samphan.platform.imports.cells import Reader, Values
from samphan.platform.imports.kinds import Context, Converted, ReachesTooLittle
from samphan.platform.imports.kinds import Problem as RowProblem
from samphan.platform.imports.reading import Chunk
from samphan.platform.thai.problems import ValueProblem

router = Router()
MOST = 1_000
TRIES = 3  # of a call that met another which wrote the same phone or number in the same moment


class UpsertIn(Strict):
    """Customers to add or to bring up to date."""

    records: list[dict[str, Any]] = Field(..., min_length=1, max_length=MOST, description="Values by field name.")
    match: list[Literal["external_id", "member_number", "tax_id", "phone", "email", "line_id"]] = Field(
        [],
        description="Fields that decide alone who is known. By default numbers of their own do, and phone, e-mail and LINE "
        "together with the same name.",
    )
    existing: Literal["update", "fill", "new"] = Field(
        "update",
        description="What happens to a known customer: take the values, fill empty fields only, or make a new one.",
    )


class ResultError(Schema):
    """A value that cannot be taken."""

    path: str
    detail: str
    code: str


class UpsertResult(Schema):
    """What became of one record."""

    index: int
    status: Literal["created", "updated", "unchanged", "refused"]
    id: UUID | None
    errors: list[ResultError]


class UpsertOut(Schema):
    """What became of each record, in their order."""

    created: int
    updated: int
    unchanged: int
    refused: int
    results: list[UpsertResult]


@router.post(
    "/customers/bulk",
    response=UpsertOut,
    operation_id="customers_upsert",
    summary=gettext_noop("Add or update many customers"),
)
@requires(ADD)
def upsert_customers(request: MemberRequest, body: Body[UpsertIn]) -> HttpResponse:
    """Up to 1,000 customers in one act: those known are brought up to date, the others added.

    A record that cannot be taken is refused with its reasons and does not hold up the others. The act can be undone whole.
    """
    require(request.member, CHANGE)
    if request.member.reach(OWNED) is not Reach.ALL:
        raise ReachesTooLittle
    for attempt in range(TRIES):
        try:
            with (
                transaction.atomic(),
                changeset(
                    "customers.customers_upserted", member_id=request.member.pk, note={"count": len(body.records)}
                ) as act,
            ):
                results = _upsert(request.member, body, act)
            break
        except (IntegrityError, OperationalError):
            # Somebody gave another customer the same number in this very moment, or held what this call was about to
            # while waiting for what it had; everything is matched anew.
            if attempt + 1 == TRIES:
                raise
    counts = {name: sum(one["status"] == name for one in results) for name in _STATES}
    return answer(request, {**counts, "results": results}, change=act)


_STATES = ("created", "updated", "unchanged", "refused")


def _upsert(member: Member, body: UpsertIn, act: UUID) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = [
        {"index": index, "status": "refused", "id": None, "errors": []} for index in range(len(body.records))
    ]
    rows: dict[int, dict[str, list[str]]] = {}
    seen = CUSTOMERS.seen_by(member)
    written: set[str] = set()
    for index, values in enumerate(body.records):
        try:
            rows[index] = typed(values, seen, written=written)
        except Problem as refused:
            results[index]["errors"] = [_error(one) for one in refused.errors]
    if any("tags" in values for values in rows.values()):
        require(member, TAG)
    sheet = _Sheet.of(rows)
    if missing := [name for name in body.match if name not in sheet.columns]:
        raise invalid("match", gettext_lazy("No record has the field “%(name)s”.") % {"name": missing[0]})
    session = _Upsert(member, sheet, body, act)
    converted = session.convert(sheet.chunk)
    session.write(converted)
    for problem in converted.problems:
        if problem.rejects:
            said = {"path": problem.column, "detail": problem.reason, "code": problem.code}
            results[problem.row]["errors"].append(said)
    for index, (customer_id, status) in session.written.items():
        results[index] |= {"status": status, "id": customer_id}
    return results


def _error(error: Error) -> dict[str, str]:
    return {"path": error.path, "detail": error.detail, "code": error.code}


@lru_cache(maxsize=2_000)
def _is_one_text(name: str) -> bool:
    return name == "tags" or is_custom(name)


@dataclass
class _Sheet:
    """The records as a file would hold them: a column for each field, several for one with several values."""

    columns: list[str] = field(default_factory=list)
    chunk: Chunk = field(default_factory=Chunk)

    @classmethod
    def of(cls, rows: dict[int, dict[str, list[str]]]) -> "_Sheet":
        widths: dict[str, int] = {}
        for values in rows.values():
            for name, texts in values.items():
                # Tags are read from one text, and of an address there is one; phones and numbers have a column each.
                widths[name] = max(widths.get(name, 1), 1 if _is_one_text(name) else len(texts))
        places: dict[str, int] = {}
        columns: list[str] = []
        for name, width in widths.items():
            places[name] = len(columns)
            columns += [name] * width
        chunk = Chunk()
        for index, values in rows.items():
            cells: list[Any] = [""] * len(columns)
            for name, texts in values.items():
                said = [", ".join(texts)] if _is_one_text(name) else texts
                cells[places[name] : places[name] + len(said)] = said
            chunk.append((index, cells))
        return cls(columns, chunk)


def _reads_own(name: str) -> bool:
    """True where a file's reader would guess at what a program says exactly."""
    return name in ("birth_date", "owner") or is_custom(name)


_EXISTING = {"update": "file", "fill": "fill", "new": "new"}


class _Upsert(CustomerImport):
    """The writer of imports over records of one call, which tells what became of each."""

    def __init__(self, member: Member, sheet: _Sheet, body: UpsertIn, act: UUID) -> None:
        at = timezone.now()
        super().__init__(
            Context(
                batch_id=act,
                workspace_id=member.workspace_id,
                member_id=member.pk,
                headings=tuple(sheet.columns),
                columns={i: name for i, name in enumerate(sheet.columns) if not _reads_own(name)},
                dates={},
                keys=tuple(body.match),
                existing=_EXISTING[body.existing],
                file_name="",
                at=at,
                by=source_of(member),
            )
        )
        self.member = member
        self.written: dict[int, tuple[UUID, str]] = {}
        own = {"birth_date": self._birth_date, "owner": self._owner}
        for index, name in enumerate(sheet.columns):
            if name in own:
                self.readers.append((index, own[name]))
            elif is_custom(name):
                self.readers.append((index, self._custom(name)))
        self.mapped |= set(sheet.columns)
        self.tables.mapped |= set(sheet.columns)
        self.tables.expect_unique(is_call=True)
        self.people = owner_ids(member) if "owner" in sheet.columns else frozenset()

    def _custom(self, name: str) -> Reader:
        host = hosts.find("customers")
        assert host is not None  # noqa: S101 - customers register themselves
        field, find = field_for(host, name, self.member), find_member(self.member)
        today = timezone.localdate(self.context.at)

        def read(text: str, values: Values) -> None:
            value = read_custom(field, text, member=find, today=today)
            if value is not None:
                values.setdefault(CUSTOM, {})[field.key] = value

        return read

    def _birth_date(self, text: str, values: Values) -> None:
        values["birth_date"] = read_birth_date(text, today=timezone.localdate(self.context.at))

    def _owner(self, text: str, values: Values) -> None:
        if text not in self.people:
            raise ValueProblem("member", gettext_lazy("This person does not work here any more"))
        values["owner_id"] = UUID(text)

    def look_at_known(self, cursor: Any, converted: Converted) -> None:
        """Leave out who is known and out of the member's reach."""
        cursor.execute("SELECT row, customer_id FROM import_customer WHERE customer_id IS NOT NULL")
        known = dict(cursor.fetchall())
        if not known:
            return
        seen = set(
            Customer.objects.visible_to(self.member).filter(pk__in=set(known.values())).values_list("pk", flat=True)
        )
        hidden = {row for row, customer_id in known.items() if customer_id not in seen}
        self.tables.drop(cursor, hidden)
        for row in sorted(hidden):
            said = gettext_noop("Somebody else looks after this customer.")
            converted.problems.append(RowProblem(row, "", "out_of_reach", said))

    def look_at_written(self, cursor: Any, changed: set[Any]) -> None:
        cursor.execute("SELECT row, coalesce(customer_id, new_id), customer_id IS NULL FROM import_customer")
        for row, customer_id, is_new in cursor.fetchall():
            status = "created" if is_new else "updated" if customer_id in changed else "unchanged"
            self.written[row] = (customer_id, status)


class EditIn(Strict):
    """One act on many customers."""

    ids: list[UUID] = Field(..., min_length=1, max_length=MOST)
    set: dict[str, str | None] = Field({}, max_length=50, description="Values by field name.")
    add_tags: list[str] = Field([], max_length=20)
    remove_tags: list[str] = Field([], max_length=20)


class EditedOut(Schema):
    """How many customers the act meant and saw."""

    count: int


@router.post(
    "/customers/bulk-edit",
    response=EditedOut,
    operation_id="customers_edit_many",
    summary=gettext_noop("Change many customers alike"),
)
@requires(CHANGE)
def edit_customers(request: MemberRequest, body: Body[EditIn]) -> HttpResponse:
    """Give up to 1,000 customers the same values, put tags on them or take tags off, as one act."""
    member = request.member
    if body.add_tags or body.remove_tags:
        require(member, TAG)
    seen = CUSTOMERS.seen_by(member)
    own, further = custom.parted(body.set)
    unknown = [name for name in own if name not in actions.BULK_FIELDS or not seen.has_field(name)]
    if unknown:
        said = gettext_lazy("This field is not changed for many at once")
        raise Problem(422, errors=[Error(f"set.{name[:60]}", str(said)) for name in unknown])
    values = custom.take("customers", further, member)
    ids = _visible(member, body.ids)
    with changeset("customers.customers_edited", member_id=member.pk, note={"count": len(ids)}) as act:
        custom.set_many("customers", ids, values, member)
        for name, value in own.items():
            try:
                if name == "owner":
                    actions.assign_owner(ids, value or "", acting_member=member)
                else:
                    actions.edit_customers(ids, name, value or "", acting_member=member)
            except ValueProblem as problem:
                raise Problem(422, errors=[Error(f"set.{name}", str(problem), problem.code)]) from None
        for tag in body.add_tags:
            actions.tag_customers(ids, tag, acting_member=member)
        for tag in body.remove_tags:
            actions.untag_customers(ids, tag, acting_member=member)
    return answer(request, {"count": len(ids)}, change=act)


class IdsIn(Strict):
    """Which customers."""

    ids: list[UUID] = Field(..., min_length=1, max_length=MOST)


@router.post(
    "/customers/bulk-delete",
    response=EditedOut,
    operation_id="customers_delete_many",
    summary=gettext_noop("Delete many customers"),
)
@requires(DELETE)
def delete_customers(request: MemberRequest, body: Body[IdsIn]) -> HttpResponse:
    """Take up to 1,000 customers off every list as one act; for 30 days they can come back."""
    act, count = actions.delete_customers(_visible(request.member, body.ids), acting_member=request.member)
    return answer(request, {"count": count}, change=act)


def _visible(member: Member, ids: list[UUID]) -> list[UUID]:
    return list(Customer.objects.visible_to(member).filter(pk__in=ids).values_list("pk", flat=True))
