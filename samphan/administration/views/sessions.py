"""Where a person is signed in, and what belongs to somebody who leaves."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from samphan.administration import actions, audit, handover
from samphan.administration.forms import HandoverForm
from samphan.administration.middleware import MemberRequest
from samphan.administration.security import alerts, factors, guesses, sessions
from samphan.administration.views.people import find_person
from samphan.platform.access import requires


@requires("signed_in")
@require_GET
def session_list(request: MemberRequest) -> HttpResponse:
    """Every browser in which the one who looks is signed in."""
    found = sessions.open_sessions(request.member.user, this_key=request.session.session_key)
    context = {"settings_place": "security", "sessions": found, "others": [one for one in found if not one.is_this]}
    return render(request, "administration/security/sessions.html", context)


@requires("signed_in")
@require_POST
def session_end(request: MemberRequest) -> HttpResponse:
    """Sign one of the own browsers out (`session`), or with `others=1` all but this one."""
    user, key = request.member.user, request.session.session_key
    if request.POST.get("others") == "1":
        count = sessions.end_others(user, this_key=key, viewer=request.member)
        said = ngettext("Signed out on %(count)d other device", "Signed out on %(count)d other devices", count)
        messages.success(request, said % {"count": count})
        return redirect("session-list")
    try:
        wanted = UUID(request.POST.get("session", ""))
    except ValueError:
        wanted = UUID(int=0)
    if sessions.end_session(user, wanted, viewer=request.member):
        messages.success(request, _("Signed out there"))
    else:
        messages.info(request, _("That device was signed out already"))
    return redirect("session-list")


@requires("administration.change_people")
@require_POST
def person_sign_out(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Sign a member out everywhere."""
    found = find_person(request, member_id)
    count = actions.sign_out_member(found, acting_member=request.member)
    said = ngettext("Signed %(name)s out on %(count)d device", "Signed %(name)s out on %(count)d devices", count)
    messages.success(request, said % {"name": found.name, "count": count})
    return redirect("person", found.pk)


@requires("administration.change_people")
@require_POST
def person_unlocking(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Open the door again after too many wrong guesses about a member."""
    found = find_person(request, member_id)
    guesses.unlock(found.user)
    audit.record("administration.sign_in_unlocked", viewer=request.member, member=str(found.pk))
    messages.success(request, _("%(name)s can sign in again") % {"name": found.name})
    return redirect("person", found.pk)


@requires("administration.change_people")
@require_POST
def person_step_removal(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Take a member's second steps off, as when the phone is lost, and sign them out everywhere."""
    found = find_person(request, member_id)
    actions.check_may_touch(found, request.member)
    factors.take_steps_off(found.user)
    audit.record("administration.second_steps_reset", viewer=request.member, member=str(found.pk))
    alerts.tell(found.user, "steps_reset")
    messages.success(request, _("The second step of %(name)s is off") % {"name": found.name})
    return redirect("person", found.pk)


@requires("administration.change_people")
@require_POST
def person_handover(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Give all that a member looks after to a colleague."""
    found = find_person(request, member_id)
    form = HandoverForm(request.POST, viewer=request.member)
    if not form.is_valid():
        raise handover.NobodyToTakeOver
    to = form.cleaned_data["to"]
    act, count = handover.hand_over(found, to, acting_member=request.member, at=timezone.now())
    said = ngettext("Handed %(count)d record over to %(name)s", "Handed %(count)d records over to %(name)s", count)
    undo = reverse("change-undo", args=[act])
    messages.success(request, said % {"count": count, "name": to.name}, extra_tags=undo)
    return redirect("person", found.pk)
