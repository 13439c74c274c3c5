"""Custom fields in bodies: values beside a record's own, by the names under which `GET /entities` lists them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from samphan.administration.custom_fields import hosts, writing
from samphan.administration.custom_fields.hosts import Host
from samphan.administration.custom_fields.importing import is_custom
from samphan.administration.custom_fields.values import BadValue, Stored
from samphan.administration.models import Member
from samphan.platform.api.problems import Error, Problem
from samphan.platform.errors import DomainError


class OpenToCustom(BaseModel):
    """A body that takes custom fields beside its own, and nothing else: whoever reads it calls `take`."""

    model_config = ConfigDict(extra="allow")

    def own(self, *, given: bool = False) -> dict[str, Any]:
        """The values of its own fields; with `given` those alone that the body names."""
        names = type(self).model_fields
        return {name: getattr(self, name) for name in names if not given or name in self.model_fields_set}


def parted(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of a body: those of own fields, and those of custom ones."""
    own = {name: value for name, value in given.items() if not is_custom(name)}
    return own, {name: value for name, value in given.items() if is_custom(name)}


def take(
    entity_name: str, given: Mapping[str, Any] | OpenToCustom, member: Member, *, for_new: bool = False
) -> dict[str, Stored]:
    """The values of custom fields as they are stored.

    :param given: values by name, or a body whose further names they are.
    :param for_new: of a new record: defaults join, and what must be is missed.
    :raises Problem: with every name that is no field to write for this member, and every value that cannot be.
    """
    if isinstance(given, OpenToCustom):
        given = given.model_extra or {}
    unknown = [name for name in given if not is_custom(name)]
    if unknown:
        said = _("There is no such field here.")
        raise Problem(422, errors=[Error(name[:60], said, "extra_forbidden") for name in unknown])
    found, problems = writing.read_values(_host(entity_name), given, member, for_new=for_new)
    if problems:
        raise Problem(422, errors=[_error(name, problem) for name, problem in problems.items()])
    return found


def write(entity_name: str, record_id: UUID, found: Mapping[str, Stored], member: Member) -> None:
    """Write what `take` read into one record; stands inside a changeset.

    :raises Problem: when a field that is different in every record would hold a value twice.
    """
    if found:
        try:
            writing.write_values(_host(entity_name), {record_id: found}, acting_member=member)
        except BadValue as taken:
            raise Problem(422, str(taken), errors=[_error(_unique(entity_name, found, member), taken)]) from None


def set_many(entity_name: str, record_ids: Sequence[UUID], found: Mapping[str, Stored], member: Member) -> None:
    """Give many records the values that `take` read; stands inside a changeset."""
    host = _host(entity_name)
    for name, value in found.items():
        try:
            writing.set_value(host, record_ids, writing.field_for(host, name, member), value, acting_member=member)
        except BadValue as refused:
            raise Problem(422, errors=[_error(name, refused)]) from None


def _host(entity_name: str) -> Host:
    host = hosts.find(entity_name)
    if host is None:
        raise LookupError(entity_name)
    return host


def _unique(entity_name: str, found: Mapping[str, Stored], member: Member) -> str:
    host = _host(entity_name)
    return next((name for name in found if writing.field_for(host, name, member).is_unique), "")


def _error(name: str, problem: DomainError) -> Error:
    return Error(name[:60], str(problem), getattr(problem, "code", "") or "invalid")
