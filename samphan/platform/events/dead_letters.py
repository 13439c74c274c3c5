"""Events that a subscriber failed on: tried again by themselves, and in the end by an administrator or not at all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from samphan.platform.errors import in_short, outage
from samphan.platform.events.dispatcher import RETRY_AFTER, deliver_one, loaded_subscribers
from samphan.platform.events.models import DeadLetter

AT_ONCE = 200


def of_workspace(workspace_id: UUID) -> QuerySet[DeadLetter]:
    """The dead letters of a workspace, the oldest first."""
    return DeadLetter.objects.filter(event__workspace_id=workspace_id).select_related("event").order_by("id")


def retry_due(*, at: datetime) -> tuple[int, int]:
    """Try the letters that are due by a moment; returns how many went well and how many did not. Safe in several processes."""
    subscribers = {subscriber.name: subscriber for subscriber in loaded_subscribers()}
    well = badly = 0
    for letter_id in (
        DeadLetter.objects.filter(next_at__lte=at).order_by("next_at", "id").values_list("pk", flat=True)[:AT_ONCE]
    ):
        with transaction.atomic():
            letter = (
                DeadLetter.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("event")
                .filter(pk=letter_id, next_at__lte=at)
                .first()
            )
            if letter is None:
                continue
            try:
                subscriber = subscribers.get(letter.subscriber)
                if subscriber is None:
                    raise LookupError(f"nobody is called {letter.subscriber} any more")
                deliver_one(subscriber, letter.event)
            except Exception as error:
                if outage(error):
                    raise  # it costs the letter no try
                badly += 1
                waits = RETRY_AFTER[letter.attempts :]
                letter.next_at = at + waits[0] if waits and not isinstance(error, LookupError) else None
                letter.attempts += 1
                letter.error = in_short(error)
                letter.save(update_fields=["next_at", "attempts", "error"])
            else:
                well += 1
                letter.delete()
    return well, badly


def ask_again(letters: QuerySet[DeadLetter], *, at: datetime) -> int:
    """Let letters be tried at once; returns how many."""
    return letters.order_by().update(next_at=at)


def drop(letters: QuerySet[DeadLetter]) -> int:
    """Forget letters: their subscriber never hears of these events. Returns how many."""
    return DeadLetter.objects.filter(pk__in=list(letters.values_list("pk", flat=True))).delete()[0]
