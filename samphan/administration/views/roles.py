"""Roles: who has which, what each gives, composing them and comparing them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from samphan.administration import composition, queries, role_queries, role_words
from samphan.administration.composition import BadAccount, BadRoleName, RoleDraft
from samphan.administration.middleware import MemberRequest
from samphan.administration.models import Member
from samphan.administration.roles import CLASSES, Rights, Role, composed, known_roles
from samphan.platform.access import Reach, owned_entities, requires
from samphan.platform.ids import as_uuid

CHANGE = "administration.change_people"
MOST_COMPARED = 12
SHOWN, MASKED, HIDDEN = "shown", "masked", "hidden"


@requires(CHANGE)
@require_GET
def role_list(request: MemberRequest) -> HttpResponse:
    """Every role, who has it, and what it sees in one line."""
    roles = role_queries.roles_in_use(request.member)
    return render(request, "administration/roles/list.html", {"settings_place": "roles", "roles": roles})


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def new_role(request: MemberRequest) -> HttpResponse:
    """Compose a role; `?from=` begins with a copy of another."""
    if request.method == "POST":
        return _save(request, None)
    known = known_roles(request.member.workspace.roles)
    source = known.get(request.GET.get("from", ""))
    if source is None:
        # The narrowest that is of use: sees what is its own, and nothing sensitive.
        draft = RoleDraft(
            name="",
            permissions=tuple(one.name for domain in role_words.domains() for one in domain.permissions if _is_view(one.name)),
            privacy=frozenset({"public", "business"}),
            masked=frozenset({"contact"}),
            reach={name: str(Reach.OWN) for name, _label in owned_entities()},
        )  # fmt: skip
        return _composer(request, None, draft)
    copied = composition.draft_of(source).document() | {"name": _("%(role)s, copy") % {"role": source.label}}
    return _composer(request, None, composition.draft_from(copied))


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def role(request: MemberRequest, key: str) -> HttpResponse:
    """One role and its composer; `?version=` begins with how it stood before one of its changes."""
    known = known_roles(request.member.workspace.roles)
    if key not in known:
        raise Http404
    if request.method == "POST":
        return _save(request, key)
    own = request.member.workspace.roles.get(key)
    draft = composition.draft_from(own) if own else composition.draft_of(known[key])
    version = as_uuid(request.GET.get("version", ""))
    if version is not None:
        before = role_queries.document_before(request.member, key, version)
        if before is None:
            raise Http404
        draft = composition.draft_from(before)
    return _composer(request, key, draft, version=version)


@requires(CHANGE)
@require_POST
def role_removal(request: MemberRequest, key: str) -> HttpResponse:
    """Delete a composed role, or put one of Samphan's back as it came."""
    name = str(known_roles(request.member.workspace.roles).get(key, Rights("", (), frozenset())).label)
    is_reset = composition.delete_role(key, acting_member=request.member)
    done = _("“%(role)s” is as it came") if is_reset else _("Deleted the role “%(role)s”")
    messages.success(
        request, done % {"role": known_roles(request.member.workspace.roles)[key].label if is_reset else name}
    )
    there = reverse("role", args=[key]) if is_reset else reverse("roles")
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


@requires(CHANGE)
@require_POST
def role_words_part(request: MemberRequest) -> HttpResponse:
    """What the role in the form means in words, and what the chosen member would see with it."""
    return render(request, "administration/roles/edit.html#meaning", _meaning(request, _read(request.POST)))


@requires(CHANGE)
@require_GET
def role_comparison(request: MemberRequest) -> HttpResponse:
    """Roles side by side; `?role=` names them, without it those that somebody has."""
    roles = role_queries.roles_in_use(request.member)
    wanted = request.GET.getlist("role")
    shown = [one for one in roles if one.key in wanted] or [one for one in roles if one.members] or roles
    shown = shown[:MOST_COMPARED]
    return render(
        request,
        "administration/roles/comparison.html",
        {"roles": roles, "shown": shown, "keys": [one.key for one in shown], "parts": _compared(shown)},
    )


def _is_view(name: str) -> bool:
    domain, _dot, verb = name.partition(".")
    return verb.startswith("view_") and domain != "administration"


def _read(data: QueryDict) -> RoleDraft:
    """The draft in a posted form; what it does not name is not given."""
    how = {name: data.get(f"privacy_{name}", HIDDEN) for name in CLASSES}
    return RoleDraft(
        name=data.get("name", "").replace("\x00", ""),
        name_en=data.get("name_en", "").replace("\x00", ""),
        permissions=tuple(data.getlist("permissions")),
        privacy=frozenset(name for name, value in how.items() if value == SHOWN),
        masked=frozenset(name for name, value in how.items() if value == MASKED),
        reach={name: data.get(f"reach_{name}", str(Reach.OWN)) for name, _label in owned_entities()},
    )


def _save(request: MemberRequest, key: str | None) -> HttpResponse:
    draft = _read(request.POST)
    try:
        kept = composition.save_role(key, draft, acting_member=request.member)
    except BadRoleName as problem:
        return _composer(request, key, draft, errors={"name": str(problem)})
    except BadAccount as problem:
        return _composer(request, key, draft, errors={"form": str(problem)})
    messages.success(request, _("Saved") if key else _("The role is there; give it to people on their page"))
    return redirect("role", kept)


def _meaning(request: MemberRequest, draft: RoleDraft) -> dict[str, Any]:
    key = request.POST.get("key") or None
    chosen = as_uuid(request.POST.get("as_member", ""))
    member = _members(request).filter(pk=chosen).select_related("workspace").first() if chosen else None
    known = {name for name, _label in owned_entities()}
    if set(draft.reach.values()) - set(Reach) or set(draft.reach) - known:
        raise Http404
    return {
        "lines": role_words.summary(composed(draft.document())),
        "preview": role_queries.preview(member, key, draft, viewer=request.member) if member else None,
    }


def _members(request: MemberRequest) -> Any:
    return Member.objects.filter(workspace_id=request.member.workspace_id, is_active=True).order_by("name", "id")


def _composer(
    request: MemberRequest,
    key: str | None,
    draft: RoleDraft,
    *,
    errors: dict[str, str] | None = None,
    version: UUID | None = None,
) -> HttpResponse:
    in_use = {one.key: one for one in role_queries.roles_in_use(request.member)}
    found = in_use.get(key) if key else None
    held, rights = set(draft.permissions), composed(draft.document())
    names = queries.member_names(request.member)
    context = {
        "key": key or "",
        "role": found,
        "draft": draft,
        "errors": errors or {},
        "version": version,
        "is_fixed": key == Role.OWNER,
        "domains": [
            {"domain": one, "rights": [(each.name, each.label, each.name in held) for each in one.permissions]}
            for one in role_words.domains()
        ],
        "classes": [
            {
                "name": name,
                "label": role_words.CLASS_LABELS[name],
                "examples": role_words.examples(name),
                "covered": role_words.covered(name),
                "value": SHOWN if name in draft.privacy else MASKED if name in draft.masked else HIDDEN,
            }
            for name in CLASSES
        ],
        "ways": [(SHOWN, _("Shown")), (MASKED, _("Covered")), (HIDDEN, _("Left out"))],
        "entities": [
            {"name": name, "label": label, "value": str(rights.reach_of(name))} for name, label in owned_entities()
        ],
        "reaches": [(str(one), role_words.REACH_LABELS[one], role_words.REACH_NOTES[one]) for one in Reach],
        "people": [(str(one.pk), one.name) for one in _members(request)],
        "versions": [
            (one, names.get(one.member_id, "") if one.member_id else "")
            for one in role_queries.versions(request.member, key)
        ]
        if key
        else [],
        "lines": role_words.summary(rights),
        "preview": None,
    }
    return render(request, "administration/roles/edit.html", context, status=422 if errors else 200)


def _compared(shown: list[role_queries.RoleInUse]) -> list[dict[str, Any]]:
    """Parts of the table: a heading, and rows of a label with what each role says to it."""
    parts: list[dict[str, Any]] = [
        {
            "label": _("Whose records"),
            "rows": [
                (label, [("word", role_words.REACH_LABELS[one.rights.reach_of(name)]) for one in shown])
                for name, label in owned_entities()
            ],
        },
        {
            "label": _("Fields"),
            "rows": [
                (role_words.CLASS_LABELS[name], [("word", _how(one.rights, name)) for one in shown]) for name in CLASSES
            ],
        },
    ]
    for domain in role_words.domains():
        rows = [
            (right.label, [("yes" if one.rights.may(right.name) else "no", "") for one in shown])
            for right in domain.permissions
        ]
        parts.append({"label": domain.label, "rows": rows})
    return parts


def _how(rights: Rights, name: str) -> str:
    if name in rights.privacy:
        return _("Shown")
    return _("Covered") if name in rights.masked else ""
