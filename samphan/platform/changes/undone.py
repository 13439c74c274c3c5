"""What is taken back, and what came of it."""

from dataclasses import dataclass, field
from uuid import UUID

from samphan.platform.changes.recording import Tracked


@dataclass(frozen=True)
class Kept:
    """A field that was changed after the changeset, and keeps that later value.

    For a row that could not be brought back, or that later rows rest on, `field` names the model that is the reason.
    """

    id: UUID
    field: str


@dataclass
class Undone:
    """What an undo did: `changeset` is its own, so that it can be seen in the history."""

    changeset: UUID
    deleted: int = 0
    restored: int = 0
    kept: list[Kept] = field(default_factory=list)

    def keep(self, rows: list[tuple[UUID, str]]) -> None:
        """List what stays, each once."""
        known = set(self.kept)
        self.kept += [one for one in dict.fromkeys(Kept(*row) for row in rows) if one not in known]


@dataclass(frozen=True)
class Act:
    """The changeset that is taken back.

    :param took_back: the changeset that it took back itself, where it is an undo.
    """

    id: UUID
    took_back: UUID | None

    def made(self, tracked: Tracked, row: str) -> str:
        """SQL that is true for a row, or a state of it in the history, that came with this act; NULL for some others.

        A row that an act made says so itself. What an undo brought back says who made it first: it is what the act
        before had deleted.
        """
        if self.took_back is None:
            return f"{row}.created_in = %(act)s"
        return f"""{row}.id IN (SELECT gone.pgh_obj_id FROM {tracked.history_table} gone
            WHERE gone.pgh_context_id = %(took_back)s AND gone.pgh_label = 'delete'
              AND gone.created_in IS DISTINCT FROM %(took_back)s)"""

    def since(self, tracked: Tracked, row: str) -> str:
        """SQL of the history's place from which on a made row stood there."""
        if self.took_back is None:
            return "0"
        return f"""(SELECT max(gone.pgh_id) FROM {tracked.history_table} gone WHERE gone.pgh_obj_id = {row}.pgh_obj_id
            AND gone.pgh_context_id = %(took_back)s AND gone.pgh_label = 'delete')"""

    @property
    def parameters(self) -> dict[str, UUID | None]:
        return {"act": self.id, "took_back": self.took_back}
