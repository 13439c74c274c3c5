"""Forms of sign-in, people and settings."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from samphan.administration.models import Member, Team
from samphan.administration.roles import known_roles


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].label = _("Password")

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        # django-axes counts by the name that it finds under the form's own field.
        credentials["login"] = str(credentials.get("email") or "").lower()
        return credentials


class PasswordForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """The e-mail that a password link goes to."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        # To an unknown address nothing is sent, and the answer is the same: it tells nobody who has an account.
        return str(super().save(request, **kwargs)) if self.users else self.cleaned_data["email"]


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password behind a password link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")


class PasswordChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """The old password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")


class RolesForm(forms.Form):
    """What a member does in the company."""

    roles = forms.MultipleChoiceField(label=_("Roles"), choices=())

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = known_roles(viewer.workspace.roles)
        self.fields["roles"].choices = [(key, rights.label) for key, rights in known.items()]  # type: ignore[attr-defined]


class MemberForm(RolesForm):
    """A member's name, roles and teams."""

    name = forms.CharField(label=_("Name"), max_length=150)
    teams = forms.ModelMultipleChoiceField(label=_("Teams"), queryset=Team.objects.none(), required=False)

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["teams"].queryset = Team.objects.filter(workspace_id=viewer.workspace_id).order_by("name")  # type: ignore[attr-defined]


class NewMemberForm(MemberForm):
    """A person who is invited."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)


class HandoverForm(forms.Form):
    """The colleague who takes over."""

    to = forms.ModelChoiceField(label=_("Who takes over"), queryset=Member.objects.none())

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Member.objects.filter(workspace_id=viewer.workspace_id, is_active=True)  # type: ignore[attr-defined]


class InvitedForm(SetPasswordForm):  # type: ignore[misc]
    """The name and password of somebody who was invited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=150)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Password again")


class TeamForm(forms.Form):
    """A team and its people."""

    name = forms.CharField(label=_("Name"), max_length=100)
    members = forms.ModelMultipleChoiceField(label=_("People"), queryset=Member.objects.none(), required=False)

    def __init__(self, *args: Any, viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Member.objects.filter(workspace_id=viewer.workspace_id, is_active=True)
        self.fields["members"].queryset = members.order_by("name")  # type: ignore[attr-defined]
