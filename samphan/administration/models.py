"""Workspaces, the people who sign in, and what they may do."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from samphan.administration.roles import RIGHTS, role_may, role_may_read
from samphan.platform.changes.recording import tracked
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import WorkspaceModel


class Workspace(models.Model):
    """One company. Everything a domain stores belongs to exactly one."""

    class Era(models.TextChoices):
        BUDDHIST = "be", _("Buddhist era")
        COMMON = "ce", _("Common era")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.CharField(_("company name"), max_length=200)
    name_en = models.CharField(_("company name in English"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Bangkok")
    era = models.CharField(_("years"), max_length=2, choices=Era, default=Era.BUDDHIST)
    currency = models.CharField(_("currency"), max_length=3, default="THB")
    is_demo = models.BooleanField(default=False)
    steps_taken = ArrayField(models.CharField(max_length=50), default=list, db_default=[])  # of the guide, without rows
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):  # type: ignore[type-arg]
    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A person who can sign in; without a password they set one through the reset e-mail."""
        user: User = self.model(email=self.normalize_email(email).lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email__iexact=username)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do is on their `Member` of a workspace."""

    class Language(models.TextChoices):
        THAI = "th", "ไทย"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.THAI)
    theme = models.CharField(_("colours"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    era = models.CharField(_("years"), max_length=2, choices=Workspace.Era, blank=True)  # blank: as the workspace
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    is_staff: ClassVar[bool] = False  # Django's admin is not installed
    is_superuser: ClassVar[bool] = False

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email


class Team(WorkspaceModel):
    """People who look after customers together, such as one branch."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


@tracked(fields=["user", "name", "roles", "is_active"])
class Member(WorkspaceModel):
    """A user at work in one workspace: the one who acts, owns customers and is asked for rights."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    name = models.CharField(_("name"), max_length=150)  # as colleagues know them, often a nickname
    roles = models.JSONField(default=list)
    teams: "models.ManyToManyField[Team, TeamMembership]" = models.ManyToManyField(
        Team, through="TeamMembership", related_name="members"
    )
    is_active = models.BooleanField(default=True)
    guide_closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="member_once_in_workspace")]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: str) -> bool:
        """True when one of this member's roles holds the permission."""
        return self.is_active and role_may(self.roles, permission)

    def may_read(self, privacy: str) -> bool:
        """True when one of this member's roles is shown this privacy class."""
        return self.is_active and role_may_read(self.roles, privacy)

    def role_labels(self) -> list[str]:
        """The roles in words."""
        return [str(RIGHTS[role].label) for role in self.roles if role in RIGHTS]


class TeamMembership(WorkspaceModel):
    """Who is in which team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_constraint=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "team", "member"], name="in_team_once")]


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, member: "Member") -> Self:
        """One's own views, those of one's teams, and those for everybody."""
        teams = TeamMembership.objects.filter(workspace_id=member.workspace_id, member_id=member.pk)
        return self.filter(workspace_id=member.workspace_id).filter(
            models.Q(owner_id=member.pk)
            | models.Q(shared=SavedView.Shared.EVERYONE)
            | models.Q(shared=SavedView.Shared.TEAMS, team_ids__overlap=ArraySubquery(teams.values("team_id")))
        )


@tracked(fields=["entity", "name", "state", "owner", "shared", "team_ids"])
class SavedView(WorkspaceModel):
    """A list with filters, columns and order that somebody gave a name.

    `state` is a document with a version: `lists.views_kept` writes and reads it.
    """

    class Shared(models.TextChoices):
        NOBODY = "nobody", _("Only me")
        TEAMS = "teams", _("Teams")
        EVERYONE = "everyone", _("Everyone in the company")

    entity = models.CharField(max_length=50)  # name in the catalogue
    name = models.CharField(_("name"), max_length=80)
    state = models.JSONField(default=dict)
    owner = models.ForeignKey(Member, models.DO_NOTHING, related_name="+", db_constraint=False)
    shared = models.CharField(_("who sees it"), max_length=8, choices=Shared, default=Shared.NOBODY)
    team_ids = ArrayField(models.UUIDField(), default=list, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "owner"], name="saved_view_by_owner")]

    def __str__(self) -> str:
        return self.name


@tracked(fields=["view", "member", "position", "is_pinned"], part_of="view")
class SavedViewPlace(WorkspaceModel):
    """Where one member keeps a view: its place among the tabs, and whether it stands in the sidebar."""

    view = models.ForeignKey(SavedView, models.CASCADE, related_name="places", db_constraint=False)
    member = models.ForeignKey(Member, models.DO_NOTHING, related_name="+", db_constraint=False)
    position = models.IntegerField(default=0)
    is_pinned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "view"], name="one_place_of_a_view_per_member")
        ]


class ListAct(WorkspaceModel):
    """One field of many records being written in the background, part by part, as one changeset."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    member = models.ForeignKey(Member, models.DO_NOTHING, related_name="+", db_constraint=False)
    entity = models.CharField(max_length=50)
    field = models.CharField(max_length=63)
    value = models.TextField(blank=True)  # as typed
    record_ids = ArrayField(models.UUIDField(), default=list)  # those that were meant when it was asked for
    done_count = models.IntegerField(default=0)  # of record_ids, from the first on
    changed_count = models.IntegerField(default=0)  # those that had another value
    changeset_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(blank=True)  # why it failed

    def __str__(self) -> str:
        return f"{self.entity}.{self.field}"


class Notification(WorkspaceModel):
    """Something that happened and concerns one member; the words stand with its kind, so each reader gets their own."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=100)  # domain.noun_verbed, as declared
    key = models.CharField(max_length=200)  # what happened: the same is told once
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "kind", "key"], name="notification_told_once")
        ]
        indexes = [
            models.Index(fields=["workspace", "member", "id"], name="notification_by_member"),
            models.Index(
                fields=["workspace", "member"], condition=models.Q(seen_at=None), name="notification_not_seen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


@dataclass(frozen=True)
class SystemViewer:
    """The system at work on a command: it sees everything of one workspace."""

    workspace_id: UUID
    id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Always."""
        return True

    def may_read(self, privacy: str) -> bool:
        """Always."""
        return True


class AuditEntry(models.Model):
    """An act or a read that changes no row: signing in, an export, a masked field shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    member_id = models.UUIDField(null=True)
    action = models.CharField(max_length=100)  # domain.noun_verbed
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["workspace_id", "id"], name="audit_by_workspace")]
