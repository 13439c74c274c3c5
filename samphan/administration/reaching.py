"""Whose records a member reaches beside their own: of whom they stand in for, of their teams, and those shared with them."""

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from samphan.platform.access import Reach, Viewer
from samphan.platform.changes.recording import tracked
from samphan.platform.tenancy import WorkspaceModel

if TYPE_CHECKING:
    from samphan.administration.models import Member


def _memberships() -> "QuerySet[models.Model]":
    found: QuerySet[models.Model] = apps.get_model("administration", "TeamMembership")._default_manager.all()
    return found


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def holding_on(self, day: date) -> Self:
        """Those in whose time a day lies, and that were not taken back."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, withdrawn_at__isnull=True)


@tracked(fields=["member", "stand_in", "starts_on", "ends_on", "reason", "withdrawn_at"])
class Delegation(WorkspaceModel):
    """Somebody is away, and a colleague reaches what is theirs in the meantime."""

    member = models.ForeignKey("administration.Member", models.CASCADE, related_name="+", db_constraint=False)
    stand_in = models.ForeignKey("administration.Member", models.CASCADE, related_name="+", db_constraint=False)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))  # inclusive
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="delegation_to_another", condition=~Q(member=models.F("stand_in"))),
            models.CheckConstraint(name="delegation_ends_after", condition=Q(ends_on__gte=models.F("starts_on"))),
        ]
        indexes = [models.Index(fields=["workspace", "stand_in"], name="delegation_by_stand_in")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.starts_on}"


@tracked(fields=["entity", "record_id", "member", "team", "shared_by_id"])
class RecordShare(WorkspaceModel):
    """A record that a member or a team sees though it is out of their reach."""

    entity = models.CharField(max_length=50)  # name in the catalogue
    record_id = models.UUIDField()
    member = models.ForeignKey(
        "administration.Member", models.CASCADE, related_name="+", null=True, db_constraint=False
    )
    team = models.ForeignKey("administration.Team", models.CASCADE, related_name="+", null=True, db_constraint=False)
    shared_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "entity", "record_id", "member", "team"],
                nulls_distinct=False,
                name="record_shared_once",
            ),
            models.CheckConstraint(
                name="record_shared_with_one", condition=Q(member__isnull=True) ^ Q(team__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "member", "entity"], name="record_share_by_member"),
            models.Index(fields=["workspace", "team", "entity"], name="record_share_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.record_id}"


def own_and_team(member: "Member") -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The members whose records are this one's own, and those of their teams too; one statement."""
    absent = Delegation.objects.filter(workspace_id=member.workspace_id, stand_in_id=member.pk).holding_on(
        member.workspace.today()
    )
    theirs = _memberships().filter(workspace_id=member.workspace_id)
    teams = theirs.filter(Q(member_id=member.pk) | Q(member_id__in=absent.values("member_id"))).values("team_id")
    mates = theirs.filter(team_id__in=teams)
    found = list(
        absent.values_list("member_id", Value("own")).union(mates.values_list("member_id", Value("team")), all=True)
    )
    own = frozenset({member.pk, *(each for each, kind in found if kind == "own")})
    return own, own | {each for each, _kind in found}


def shared_ids(entity: str, viewer: Viewer) -> "QuerySet[RecordShare, UUID]":
    """The ids of records of an entity that are shared with a member or their teams, and with whom they stand in for."""
    members = sorted(viewer.owners(Reach.OWN))
    teams = _memberships().filter(workspace_id=viewer.workspace_id, member_id__in=members).values("team_id")
    found = RecordShare.objects.filter(workspace_id=viewer.workspace_id, entity=entity)
    return found.filter(Q(member_id__in=members) | Q(team_id__in=teams)).values_list("record_id", flat=True)
