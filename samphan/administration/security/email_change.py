"""Another e-mail address for the sign-in: proven by a code that is sent to it, where there is an e-mail server."""

import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from samphan.administration import audit, queries
from samphan.administration.models import Member, User
from samphan.administration.notifications import choices
from samphan.administration.security import alerts
from samphan.platform.errors import DomainError
from samphan.platform.thai.digits import to_ascii_digits

LASTS, MOST_TRIES, MOST_CODES = timedelta(minutes=15), 5, 5  # codes within an hour
_SALT = "samphan.email-change"


class BadAddress(DomainError):
    message = _("“%(email)s” is not an e-mail address.")


class AddressTaken(DomainError):
    message = _("Somebody else signs in with this address.")


class WrongCode(DomainError):
    message = _("This code is not right, or too old.")


class TooManyCodes(DomainError):
    message = _("Too many codes were sent. Try again in an hour.")


class CodeNotSent(DomainError):
    message = _("The e-mail could not be sent. Look at the address, or try again later.")


def is_proven(member: Member) -> bool:
    """Whether a new address must be proven: where e-mail goes out at all."""
    return choices.can_send() and not member.workspace.is_demo


def begin(member: Member, email: str, *, at: datetime) -> dict[str, Any]:
    """Send a code to the address that a person wants; returns what their session keeps until they type it.

    Whether somebody else has the address is said only to who can read what is sent to it.

    :raises BadAddress: for none, and one's own. :raises TooManyCodes: :raises CodeNotSent:
    """
    email = read_address(member.user, email)
    count_key = f"email-change:{member.user_id}"
    cache.add(count_key, 0, timeout=3600)
    if cache.incr(count_key) > MOST_CODES:
        raise TooManyCodes
    code = f"{secrets.randbelow(10**6):06}"
    text = gettext("Your code is %(code)s. It counts for 15 minutes. If you did not ask for it, let it be.")
    letter = EmailMessage(
        gettext("Code for your new Samphan sign-in address"), text % {"code": code} + "\n", to=[email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )  # fmt: skip
    try:
        letter.send()
    except (OSError, SMTPException) as error:
        raise CodeNotSent from error
    return {"email": email, "proof": _proof(member.user, email, code), "until": (at + LASTS).timestamp(), "tries": 0}


def finish(member: Member, kept: dict[str, Any], code: str, *, at: datetime) -> None:
    """Change the address when the code is right; `kept` counts the tries.

    :raises WrongCode: also after five wrong ones. :raises AddressTaken:
    """
    kept["tries"] = int(kept["tries"]) + 1
    wanted = _proof(member.user, kept["email"], to_ascii_digits(code).strip())
    is_right = constant_time_compare(str(kept["proof"]), wanted)
    if not is_right or kept["tries"] > MOST_TRIES or at.timestamp() > float(kept["until"]):
        raise WrongCode
    change(member.user, kept["email"])


def change(user: User, email: str) -> None:
    """Let a person sign in with another address, and tell the address before.

    :raises AddressTaken: when somebody else has it.
    """
    email = read_address(user, email)
    before = user.email
    if queries.user_by_email(email) is not None:
        raise AddressTaken
    try:
        with transaction.atomic():
            user.email = email
            user.save(update_fields=["email"])
    except IntegrityError as error:
        user.email = before
        raise AddressTaken from error
    audit.record_everywhere("administration.email_changed", user=user)
    alerts.tell(user, "email_changed", to=before)


def read_address(user: User, email: str) -> str:
    """An address as it is stored.

    :raises BadAddress: for what is none. :raises AddressTaken: for the person's own.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadAddress(email=email[:200]) from None
    if email == user.email:
        raise BadAddress(_("This is your address already."))
    return email


def _proof(user: User, email: str, code: str) -> str:
    return salted_hmac(_SALT, f"{user.pk}:{email}:{code}", algorithm="sha256").hexdigest()
