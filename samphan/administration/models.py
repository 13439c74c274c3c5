"""Workspaces, the people who sign in, and what they may do."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from samphan.administration.roles import Rights, rights_of
from samphan.platform.access import Reach, covers, granted_ids
from samphan.platform.changes.recording import tracked
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import WorkspaceModel


def both_languages() -> list[str]:
    """The languages that a company offers its people until it chooses."""
    return ["th", "en"]


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
    # 0 is Monday; Thai calendars begin on Sunday.
    week_start = models.SmallIntegerField(_("first day of the week"), default=6, db_default=6)
    languages = ArrayField(models.CharField(max_length=2), default=both_languages, db_default=["th", "en"])  # offered
    logo = models.CharField(max_length=40, blank=True, default="", db_default="")  # name of its file, "" without one
    settings_version = models.IntegerField(default=0, db_default=0)  # counts every change of a setting
    is_demo = models.BooleanField(default=False)
    # Roles that the company composed, and those of Samphan that it changed, by key: `administration.roles.composed`.
    roles = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    fields_version = models.UUIDField(null=True, editable=False)  # of the custom fields; None: there never were any
    steps_taken = ArrayField(models.CharField(max_length=50), default=list, db_default=[])  # of the guide, without rows
    needs_second_step = models.BooleanField(default=False, db_default=False)  # everybody signs in with two steps
    session_idle_minutes = models.IntegerField(default=12 * 60, db_default=12 * 60)  # not used for so long: it ends
    session_hours = models.IntegerField(default=30 * 24, db_default=30 * 24)  # from the sign-in on
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the company's days begin and end."""
        return ZoneInfo(self.time_zone)

    def today(self) -> date:
        """The day that it is now where the company is."""
        return timezone.now().astimezone(self.zone).date()


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

    class Home(models.TextChoices):
        AUTO = "auto", _("Today when something is to do, else customers")
        TODAY = "today", _("Today")
        CUSTOMERS = "customers", _("Customers")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.THAI)
    theme = models.CharField(_("colours"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    era = models.CharField(_("years"), max_length=2, choices=Workspace.Era, blank=True)  # blank: as the workspace
    home = models.CharField(_("first page"), max_length=9, choices=Home, default=Home.AUTO, db_default=Home.AUTO)
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

    @property
    def rights(self) -> list[Rights]:
        """What each of this member's roles may do and read, and whose records."""
        basis = (self.is_active, *self.roles)
        kept: tuple[Any, list[Rights]] | None = self.__dict__.get("_rights")
        if kept is None or kept[0] != basis:
            kept = basis, rights_of(self.roles, self.workspace.roles) if self.is_active else []
            self.__dict__["_rights"] = kept
        return kept[1]

    def forget_rights(self) -> None:
        """Ask for the rights again, after this member's roles or the roles themselves changed."""
        for name in ("_rights", "_team_and_own", "_granted"):
            self.__dict__.pop(name, None)

    # Scopes of the token through which a request of the API acts; None: the member in person.
    narrowed_to: ClassVar[frozenset[str] | None] = None

    def may(self, permission: str) -> bool:
        """True when one of this member's roles holds the permission, and the token that acts for them covers it."""
        if self.narrowed_to is not None and not covers(self.narrowed_to, permission):
            return False
        return any(rights.may(permission) for rights in self.rights)

    def may_read(self, privacy: str) -> bool:
        """True when one of this member's roles is shown this privacy class."""
        return any(privacy in rights.privacy for rights in self.rights)

    def may_read_masked(self, privacy: str) -> bool:
        """True when this privacy class is covered for this member, neither shown nor left out."""
        return not self.may_read(privacy) and any(privacy in rights.masked for rights in self.rights)

    def reach(self, entity: str) -> Reach:
        """Whose records of an entity the widest of this member's roles reaches."""
        return max((rights.reach_of(entity) for rights in self.rights), key=lambda one: one.width, default=Reach.OWN)

    def owners(self, reach: Reach) -> frozenset[UUID]:
        """The members whose records are this member's own, or their teams'; asked once."""
        return self._team_and_own[0 if reach is Reach.OWN else 1]

    @cached_property
    def _team_and_own(self) -> tuple[frozenset[UUID], frozenset[UUID]]:
        from samphan.administration.reaching import own_and_team

        return own_and_team(self)

    def granted(self, entity: str) -> frozenset[UUID]:
        """Records out of this member's reach that they see all the same; asked once for each entity."""
        if entity not in self._granted:
            self._granted[entity] = granted_ids(self, entity)
        return self._granted[entity]

    @cached_property
    def _granted(self) -> dict[str, frozenset[UUID]]:
        return {}

    def role_labels(self) -> list[str]:
        """The roles in words."""
        return [str(rights.label) for rights in rights_of(self.roles, self.workspace.roles)]


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


class NotificationChoice(WorkspaceModel):
    """How one member wants to hear of a topic; without a row it is as the topic says."""

    class Channel(models.TextChoices):
        BELL = "bell", _("Bell only")
        MAIL = "mail", _("E-mail too")
        DAILY = "daily", _("Daily summary")

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_constraint=False)
    topic = models.CharField(max_length=100)
    channel = models.CharField(max_length=5, choices=Channel)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "topic"], name="notification_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel}"


class NotificationMail(WorkspaceModel):
    """That a notification goes out by e-mail: written with it, claimed by `sent_at`, gone when nobody waits for it."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="+", db_constraint=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_constraint=False)
    channel = models.CharField(max_length=5, choices=NotificationChoice.Channel)
    due_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)  # when a job was queued for it
    sent_at = models.DateTimeField(null=True)  # set before it is handed over, so that no second worker does the same
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)  # what the e-mail server said

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "notification"], name="notification_mailed_once")]
        indexes = [
            models.Index(
                fields=["workspace", "due_at"], condition=models.Q(sent_at=None), name="notification_mail_waiting"
            ),
            models.Index(
                fields=["workspace", "failed_at"],
                condition=models.Q(sent_at=None, failed_at__isnull=False),
                name="notification_mail_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.notification_id}"


@tracked(fields=["topic", "values"], merged=["values"])
class Setting(WorkspaceModel):
    """The values of one topic of the company's settings."""

    topic = models.CharField(max_length=50)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "topic"], name="setting_topic_once")]

    def __str__(self) -> str:
        return self.topic


class NumberCounter(WorkspaceModel):
    """How far one series of numbers has counted; whoever takes the next one holds the row until their transaction ends."""

    series = models.CharField(max_length=40)  # as declared, such as orders
    branch = models.CharField(max_length=8, blank=True, default="")  # the code of a team that counts by itself
    period = models.CharField(
        max_length=7, blank=True, default=""
    )  # 2026, 2026-11; "" for a series that never begins again
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "series", "branch", "period"], name="number_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.branch} {self.period}"


class ApiToken(WorkspaceModel):
    """A key with which a program acts for a member. Only its hash is kept; who holds the key knows the rest."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_constraint=False)
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=16)  # the first letters, by which people tell their tokens apart
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256: the token itself is 256 random bits
    scopes = ArrayField(models.CharField(max_length=60), default=list)  # empty: everything the member may
    made_by = models.ForeignKey(Member, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "member"], name="api_token_by_member")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    def is_usable(self, at: datetime) -> bool:
        """True while it is neither revoked nor past its time."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


class ApiAnswer(WorkspaceModel):
    """What a request with an Idempotency-Key was answered, written in the transaction of what it did."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_constraint=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # of method, address and body
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "token", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["workspace", "created_at"], name="api_answer_by_age")]

    def __str__(self) -> str:
        return self.key


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

    def may_read_masked(self, privacy: str) -> bool:
        """Never: it reads them."""
        return False

    def reach(self, entity: str) -> Reach:
        """Everybody's."""
        return Reach.ALL

    def owners(self, reach: Reach) -> frozenset[UUID]:
        """Not asked of who reaches all."""
        return frozenset()

    def granted(self, entity: str) -> frozenset[UUID]:
        """Not asked of who reaches all."""
        return frozenset()


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


# Models of their own module, which Django finds through this one.
from samphan.administration import reaching  # noqa: E402, F401
from samphan.administration.custom_fields import models as custom_field_models  # noqa: E402, F401
from samphan.administration.security import models as security_models  # noqa: E402, F401
