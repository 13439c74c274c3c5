"""What is stored about coming in: sessions and invitations."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from samphan.platform.access import Viewer
from samphan.platform.ids import uuid7
from samphan.platform.tenancy import WorkspaceModel


class UserSession(AbstractBaseSession):
    """One browser in which somebody is signed in, or a stranger's who has typed something.

    No workspace: a session belongs to a user, who may work in several.
    """

    id = models.UUIDField(default=uuid7, unique=True, editable=False)  # for addresses: the key is the secret itself
    user = models.ForeignKey("administration.User", models.CASCADE, null=True, related_name="+")
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)  # what the browser calls itself
    signed_in_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from samphan.administration.security.session_store import SessionStore

        return SessionStore


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The invitations of the viewer's company."""
        return self.filter(workspace_id=viewer.workspace_id)

    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; it may be too old."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def usable(self, at: datetime) -> Self:
        """Waiting, and not too old."""
        return self.waiting().filter(expires_at__gt=at)


class Invitation(WorkspaceModel):
    """That somebody may become a member: with which roles, by a link that works once."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150)
    roles = models.JSONField(default=list)
    team_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    token_hash = models.CharField(max_length=64)  # SHA-256 of the link's secret, which is stored nowhere
    invited_by = models.ForeignKey(
        "administration.Member", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    sent_at = models.DateTimeField(null=True)  # when the e-mail server took the last e-mail
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invited_once_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["workspace", "id"], name="invitation_by_workspace")]

    def __str__(self) -> str:
        return self.email
