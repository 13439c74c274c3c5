"""What an undo should leave when people went on working after the act: worked out once more, row by row, in plain Python."""

from copy import deepcopy
from typing import Any

from django.db import models

from samphan.platform.changes.recording import Tracked, tracked_models
from tests.undo.snapshot import Rows

Row = dict[str, Any]


class Expected:
    """The tables after the act is taken back, and the values that stay because somebody changed them since."""

    def __init__(self, before: Rows, after: Rows, now: Rows) -> None:
        self.before, self.after, self.now = before, after, now
        self.rows = deepcopy(now)
        self.kept: set[tuple[str, str]] = set()
        self.claims: list[tuple[Tracked, str, str]] = []
        for tracked in tracked_models:
            self._bring_back(tracked, self._replaced(tracked))
            for key in before[tracked.table].keys() & after[tracked.table].keys() & now[tracked.table].keys():
                self._put_back(tracked, key)
        self._remove()
        self._settle()

    def _replaced(self, tracked: Tracked) -> set[str]:
        """Records whose parts the act wrote, and somebody wrote anew since; only where parts are one value."""
        if not tracked.is_one_value:
            return set()
        before, after, now = (_parts(one[tracked.table], tracked) for one in (self.before, self.after, self.now))
        written = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        return {key for key in written if now.get(key) != after.get(key)}

    def _bring_back(self, tracked: Tracked, replaced: set[str]) -> None:
        rows, uniques = self.rows[tracked.table], _uniques(tracked)
        for key in sorted(self.before[tracked.table].keys() - self.after[tracked.table].keys() - rows.keys()):
            row = dict(self.before[tracked.table][key])
            if replaced and row[tracked.parent_column] in replaced:
                self.kept.add((row[tracked.parent_column], str(tracked.model._meta.model_name)))
                continue
            stays_away = False
            for column, parent, may_be_empty in _references(tracked):
                if row[column] is not None and row[column] not in self.rows[parent]:
                    stays_away = stays_away or not may_be_empty
                    row[column] = None
            if stays_away or any(_same(row, other, unique) for other in rows.values() for unique in uniques):
                self.kept.add((key, str(tracked.model._meta.model_name)))
                continue
            for column in tracked.claims:
                if row[column]:
                    self.claims.append((tracked, key, column))
                row[column] = False
            rows[key] = row

    def _put_back(self, tracked: Tracked, key: str) -> None:
        before, after, now = (one[tracked.table][key] for one in (self.before, self.after, self.now))
        row = self.rows[tracked.table][key]
        names = dict(zip(tracked.columns, tracked.fields, strict=True))
        stay = set()
        for column in [column for column, name in names.items() if name not in tracked.merged]:
            if before[column] == after[column]:
                continue
            wanted = {**now, column: before[column]}
            possible = all(now[other] == after[other] for other in tracked.goes_with(column))
            possible &= not any(
                before[column] is not None and before[column] not in self.rows[parent]
                for reference, parent, _empty in _references(tracked)
                if reference == column
            )
            possible &= not any(
                _same(wanted, other, unique)
                for unique in _uniques(tracked)
                if column in unique
                for other_key, other in self.rows[tracked.table].items()
                if other_key != key
            )
            if not possible:
                if now[column] != before[column]:
                    self.kept.add((key, names[column]))
                    stay.add(names[column])
            elif column in tracked.claims and before[column]:
                self.claims.append((tracked, key, column))
            else:
                row[column] = before[column]
        for column in [column for column, name in names.items() if name in tracked.merged]:
            merged = dict(now[column])
            for name in before[column].keys() | after[column].keys():
                old, left, here = (one[column].get(name) for one in (before, after, now))
                if old != left and here == left and name not in stay:
                    merged[name] = old
            row[column] = {name: value for name, value in merged.items() if value is not None}

    def _remove(self) -> None:
        made = {
            (tracked.table, key)
            for tracked in tracked_models
            for key in self.after[tracked.table].keys() - self.before[tracked.table].keys()
            if key in self.now[tracked.table]
        }
        stay = set()
        for tracked in tracked_models:
            replaced = self._replaced(tracked)
            for table, key in made:
                if table == tracked.table:
                    after, now = self.after[table][key], self.now[table][key]
                    edited = {
                        name
                        for name, column in zip(tracked.fields, tracked.columns, strict=True)
                        if name not in tracked.merged and column not in tracked.claims and after[column] != now[column]
                    }
                    self.kept |= {(key, name) for name in edited}
                    if edited or (replaced and now[tracked.parent_column] in replaced):
                        stay.add((table, key))
        while True:
            more = set()
            for tracked in tracked_models:
                for column, parent, _empty in _references(tracked):
                    of_record = tracked.part_of is not None and column == tracked.parent_column
                    for key, row in self.rows[tracked.table].items():
                        child, rests_on = (tracked.table, key), (parent, row[column])
                        if rests_on in made and (child not in made or child in stay):
                            more.add(rests_on)
                        if of_record and child in made and rests_on in stay:
                            more.add(child)
            if more <= stay:
                break
            stay |= more
        for table, key in made - stay:
            del self.rows[table][key]

    def _settle(self) -> None:
        for tracked, key, column in sorted(self.claims, key=lambda claim: claim[1]):
            rows = self.rows[tracked.table]
            scope = [*tracked.claims[column], column]
            if key in rows and not rows[key][column]:
                taken = any(_same({**rows[key], column: True}, other, scope) for other in rows.values())
                rows[key][column] = not taken
                if taken:
                    self.kept.add((key, column))


def _parts(rows: dict[str, Row], tracked: Tracked) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, row in rows.items():
        found.setdefault(row[tracked.parent_column], set()).add(key)
    return found


def _same(one: Row, other: Row, columns: list[str]) -> bool:
    return all(one[column] == other[column] for column in columns)


def _references(tracked: Tracked) -> list[tuple[str, str, bool]]:
    tables = {one.model: one.table for one in tracked_models}
    fields = [tracked.model._meta.get_field(name) for name in tracked.fields]
    return [
        (str(field.column), tables[field.related_model], field.null)
        for field in fields
        if isinstance(field, models.ForeignKey) and field.related_model in tables
    ]


def _uniques(tracked: Tracked) -> list[list[str]]:
    return [
        [str(tracked.model._meta.get_field(name).column) for name in constraint.fields if name != "workspace"]
        for constraint in tracked.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    ]
