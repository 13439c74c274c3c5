"""Say which act changes what: every write stands inside a `changeset`."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pghistory
import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from samphan.platform.changes.models import Changeset, HistoryEvent
from samphan.platform.errors import DomainError
from samphan.platform.tenancy import current_workspace


class WasUndone(DomainError):
    """A long act was taken back before it came to its end."""

    message = _("This was undone meanwhile; nothing more is written.")


_current: ContextVar[UUID | None] = ContextVar("samphan_changeset", default=None)


@dataclass(frozen=True)
class Tracked:
    """A model with history, and what undo must know of it.

    :param fields: names of the fields whose earlier states are kept.
    :param part_of: the foreign key to the record this row is a part of (an address of a customer).
    :param is_one_value: the parts of a record are one value together: they go back together, or stay together.
    :param together: fields that only make sense together, such as the parts of a name.
    :param merged: fields that hold a JSON object, which undo puts back key by key.
    :param only_one: a boolean field, and the fields whose values it may be true for in one row of a workspace, as a
        unique index holds it; undo gives it back where nobody else has it by now.
    """

    model: type[Model]
    history: type[Model]
    fields: tuple[str, ...]
    part_of: str | None
    is_one_value: bool
    together: tuple[tuple[str, ...], ...]
    merged: tuple[str, ...]
    only_one: tuple[str, tuple[str, ...]] | None

    @property
    def claims(self) -> dict[str, tuple[str, ...]]:
        """The column of `only_one`, with the columns that it is held for."""
        return {self.only_one[0]: self.only_one[1]} if self.only_one else {}

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def history_table(self) -> str:
        return self.history._meta.db_table

    @property
    def columns(self) -> list[str]:
        """Columns of the tracked fields."""
        return [self._column(name) for name in self.fields]

    @property
    def parent_column(self) -> str:
        """Column of `part_of`."""
        return self._column(str(self.part_of))

    def goes_with(self, column: str) -> list[str]:
        """The columns that stay when this one stays; itself among them."""
        groups = [[self._column(name) for name in group] for group in self.together]
        return next((group for group in groups if column in group), [column])

    def _column(self, name: str) -> str:
        return str(self.model._meta.get_field(name).column)  # type: ignore[union-attr]


tracked_models: list[Tracked] = []


def tracked(
    *,
    fields: list[str],
    part_of: str | None = None,
    is_one_value: bool = False,
    together: Sequence[tuple[str, ...]] = (),
    merged: Sequence[str] = (),
    only_one: tuple[str, tuple[str, ...]] | None = None,
    indexes: Sequence[models.Index] = (),
) -> Any:
    """Class decorator: keep every earlier state of these fields of a model, by statement-level triggers.

    The other parameters are those of `Tracked`; `indexes` are further ones of the history, for what is read along with
    a page.

    Fields left out are computed ones (totals, search texts): they can be made again and are no history.
    """

    def decorate(model: type[Model]) -> type[Model]:
        decorated: type[Model] = pghistory.track(
            pghistory.UpdateEvent(row="OLD", level=pgtrigger.Statement),
            pghistory.DeleteEvent(row="OLD", level=pgtrigger.Statement),
            fields=["id", "workspace", "created_at", "created_in", *fields],
            context_field=None,  # type: ignore[arg-type]  # None is allowed; the annotation forgot it
            context_id_field=None,  # type: ignore[arg-type]
            obj_field=pghistory.ObjForeignKey(related_name="+", related_query_name="+"),
            base_model=HistoryEvent,
            model_name=f"{model.__name__}History",
            meta={
                "indexes": [
                    models.Index(fields=["pgh_context_id"], name=f"{model.__name__.lower()}_history_by_act"),
                    *indexes,
                ]
            },
        )(model)
        history = apps.get_registered_model(model._meta.app_label, f"{model.__name__}History")
        tracked_models.append(
            Tracked(decorated, history, tuple(fields), part_of, is_one_value, tuple(together), tuple(merged), only_one)
        )
        return decorated

    return decorate


Closing = Callable[[UUID, UUID], None]
_closings: list[Closing] = []


def on_close(closing: Closing) -> None:
    """Have a function look at every act of a member before its transaction goes on: it gets the changeset and the member."""
    if closing not in _closings:
        _closings.append(closing)


def current_changeset() -> UUID | None:
    """The changeset that writes now belong to, for `created_in` of new rows."""
    return _current.get()


@contextmanager
def changeset(
    kind: str, *, member_id: UUID | None = None, note: dict[str, Any] | None = None, resume: UUID | None = None
) -> Iterator[UUID]:
    """Everything written inside belongs to one act; inside another changeset it belongs to that one.

    :param kind: `domain.noun_verbed`.
    :param resume: go on with a changeset of an earlier transaction, as a long import does chunk by chunk.
    :raises RuntimeError: outside `in_workspace`. :raises WasUndone: when what is resumed was taken back.
    """
    outer = _current.get()
    if outer is not None and resume is None:
        yield outer
        return
    workspace_id = current_workspace()
    if workspace_id is None:
        raise RuntimeError("a changeset stands inside in_workspace()")
    with transaction.atomic():
        if resume is None:
            identity = Changeset.objects.create(
                workspace_id=workspace_id, kind=kind, member_id=member_id, note=note or {}
            ).id
        else:
            identity = resume
            _hold(identity)
        _announce(identity, kind)
        token = _current.set(identity)
        try:
            yield identity
            if member_id is not None:
                for closing in _closings:
                    closing(identity, member_id)
        finally:
            _current.reset(token)
        _announce(outer, kind)


def _hold(identity: UUID) -> None:
    """Let nobody take a changeset back while a further part of it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT undone_at FROM platform_changeset WHERE id = %s FOR SHARE", [identity])
        row = cursor.fetchone()
        if row is not None and row[0] is not None:
            raise WasUndone


def _announce(identity: UUID | None, kind: str) -> None:
    # COPY and raw SQL see the setting too; pghistory's own wrapper around Django's cursor would miss them.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(identity) if identity else "", json.dumps({"kind": kind}) if identity else ""],
        )
