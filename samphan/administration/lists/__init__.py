"""Lists as people use them: one page, filter builder, column chooser and sorting for every entity of the catalogue.

A domain describes its list once and registers it in `AppConfig.ready()`; `README.md` of administration says how.
"""

from samphan.administration.lists.kinds import (
    Cell,
    DefaultView,
    FurtherCell,
    ListKind,
    Options,
    Row,
    add_cell,
    extend,
    kind,
    kinds,
    register,
)

__all__ = [
    "Cell",
    "DefaultView",
    "FurtherCell",
    "ListKind",
    "Options",
    "Row",
    "add_cell",
    "extend",
    "kind",
    "kinds",
    "register",
]
