"""The sender: takes what is due, calls many endpoints at once, and writes down what each call came to.

One job runs it for all workspaces, so that slow endpoints hold one of the worker's places and no more. Its thread alone asks
the database; the calls run in threads of their own, a few for each endpoint, so that one that does not answer keeps nobody
else waiting. A delivery is claimed by moving its `next_at` behind the deadline of a call: when the worker dies, it is due again
by itself, and goes out under the same `webhook-id`.
"""

from __future__ import annotations

import json
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from samphan.administration.models import Member
from samphan.integrations import actions, addresses, payloads, retries, signatures, troubles
from samphan.integrations.calls import DEADLINE_SECONDS, Answer, Call
from samphan.integrations.models import TEST_EVENT, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookPulse
from samphan.platform import outgoing
from samphan.platform.tenancy import in_workspace

logger = logging.getLogger(__name__)

AT_ONCE = 32  # calls of the installation
OF_ENDPOINT = 4  # calls of one endpoint; one while it fails
LEASE = timedelta(seconds=DEADLINE_SECONDS * 3)
LOOK_SECONDS = 0.2
SENT_KEPT, ANSWER_KEPT = 2_000, 1_000  # letters of the log
PATIENCE = timedelta(seconds=20)  # the sender stays for what is due soon; later, the job of the minute brings it back
LONGEST_SECONDS = 50.0  # of one run; the next job goes on

State = WebhookDelivery.State


@dataclass(frozen=True)
class Sent:
    """A call on its way."""

    delivery: WebhookDelivery
    endpoint: WebhookEndpoint
    call: Call
    at: datetime


def _due(at: datetime) -> QuerySet[WebhookPulse]:
    """The pulses of workspaces with something to send by a moment, without those that are held back."""
    return WebhookPulse.objects.filter(due_at__lte=at).exclude(workspace_id__in=outgoing.held_ids())


class Sender:
    """One run over what is due.

    :param now: the clock. :param chance: of the jitter. :param tls: trust of the calls; the system's by default.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = timezone.now,
        chance: random.Random | None = None,
        tls: ssl.SSLContext | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        patience: timedelta = PATIENCE,
        stopping: threading.Event | None = None,
    ) -> None:
        self.now, self.tls, self.deadline_seconds, self.patience = now, tls, deadline_seconds, patience
        self.chance = chance or random.Random()  # noqa: S311 - a spread, no secret
        self.stopping = stopping or threading.Event()
        self.allowed = addresses.networks(settings.ENVIRONMENT.webhook_networks)
        self.flying: dict[Future[Answer], Sent] = {}
        self.made = 0

    def run(self, longest_seconds: float = LONGEST_SECONDS) -> bool:
        """Call until nothing is due soon; returns whether something is left, because the time was up."""
        until = time.monotonic() + longest_seconds
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
            while True:
                is_over = self.stopping.is_set() or time.monotonic() > until
                if not is_over and len(self.flying) < AT_ONCE:
                    self._take(pool)
                if not self.flying:
                    if is_over:
                        return _due(self.now()).exists()
                    if not _due(self.now() + self.patience).exists():
                        return False
                    self.stopping.wait(LOOK_SECONDS)
                    continue
                done, _rest = wait(self.flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in self.flying.keys() - done:
                    if self.flying[future].call.is_overdue:
                        self.flying[future].call.end()
                if done:
                    self._note({future: self.flying.pop(future) for future in done})

    # Taking

    def _take(self, pool: ThreadPoolExecutor) -> None:
        due = list(_due(self.now()).order_by("due_at").values_list("workspace_id", "version")[:AT_ONCE])
        for workspace_id, version in due:
            if len(self.flying) >= AT_ONCE:
                return
            with in_workspace(workspace_id):
                calls = self._claim(workspace_id, AT_ONCE - len(self.flying))
                self._set_pulse(workspace_id, version)
            # Only now, when the claim is committed: a call that nobody remembers would be made twice.
            for sent in calls:
                self.flying[pool.submit(sent.call.make)] = sent
                self.made += 1

    def _claim(self, workspace_id: UUID, room: int) -> list[Sent]:
        at = self.now()
        busy: dict[UUID, int] = {}
        for sent in self.flying.values():
            busy[sent.endpoint.pk] = busy.get(sent.endpoint.pk, 0) + 1
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT picked.id FROM integrations_webhookendpoint e
                 CROSS JOIN LATERAL (
                    SELECT d.id FROM integrations_webhookdelivery d
                     WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = e.id AND d.state = 'waiting'
                       AND d.next_at <= %(at)s
                       AND (e.state = 'active' AND (e.not_before IS NULL OR e.not_before <= %(at)s)
                            OR d.event = %(test)s)
                     ORDER BY d.id
                     LIMIT GREATEST(0, CASE WHEN e.failure_streak > 0 THEN 1 ELSE %(most)s END
                                       - coalesce((%(busy)s::jsonb ->> e.id::text)::int, 0))
                 ) picked
                 WHERE e.workspace_id = %(workspace)s ORDER BY picked.id LIMIT %(room)s
                """,
                {
                    "workspace": workspace_id,
                    "at": at,
                    "test": TEST_EVENT,
                    "most": OF_ENDPOINT,
                    "busy": json.dumps({str(endpoint_id): count for endpoint_id, count in busy.items()}),
                    "room": room,
                },
            )
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return []
            # The conditional update is the claim: of two senders one gets a row.
            cursor.execute(
                """
                UPDATE integrations_webhookdelivery SET next_at = %s, attempt_count = attempt_count + 1
                 WHERE workspace_id = %s AND id = ANY(%s) AND state = 'waiting' AND next_at <= %s RETURNING id
                """,
                [at + LEASE, workspace_id, ids, at],
            )
            claimed = [row[0] for row in cursor.fetchall()]
        deliveries = list(WebhookDelivery.objects.filter(pk__in=claimed).select_related("endpoint").order_by("id"))
        return self._prepare(deliveries, at)

    def _prepare(self, deliveries: Sequence[WebhookDelivery], at: datetime) -> list[Sent]:
        owners = {
            member.pk: member
            for member in Member.objects.select_related("user", "workspace").filter(
                pk__in={delivery.endpoint.owner_id for delivery in deliveries}
            )
        }
        found: list[Sent] = []
        withheld: list[UUID] = []
        for owner_id in dict.fromkeys(delivery.endpoint.owner_id for delivery in deliveries):
            owner = owners.get(owner_id)
            mine = [delivery for delivery in deliveries if delivery.endpoint.owner_id == owner_id]
            if owner is None or not owner.is_active:
                for endpoint in {delivery.endpoint_id: delivery.endpoint for delivery in mine}.values():
                    troubles.stop(endpoint, WebhookEndpoint.Reason.OWNER_LEFT, at=at)
                WebhookDelivery.objects.filter(pk__in=[one.pk for one in mine]).update(next_at=at)
                continue
            bodies = payloads.compose(mine, owner)
            for delivery in mine:
                body = bodies.get(delivery.pk)
                if body is None:
                    withheld.append(delivery.pk)
                    continue
                signed = signatures.headers(
                    delivery.endpoint.secrets_at(at), delivery.message_id, int(at.timestamp()), body
                )
                call = Call(
                    delivery.endpoint.url,
                    body,
                    signed,
                    allowed=self.allowed,
                    deadline_seconds=self.deadline_seconds,
                    tls=self.tls,
                )
                found.append(Sent(delivery, delivery.endpoint, call, at))
        if withheld:
            WebhookDelivery.objects.filter(pk__in=withheld).update(state=State.WITHHELD, ended_at=at)
        return found

    def _set_pulse(self, workspace_id: UUID, version: int) -> None:
        """Move the pulse of a workspace to its next delivery, unless somebody added one meanwhile."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT min(GREATEST(first.next_at, CASE WHEN first.event = %(test)s THEN NULL ELSE e.not_before END))
                  FROM integrations_webhookendpoint e
                 CROSS JOIN LATERAL (
                    SELECT d.next_at, d.event FROM integrations_webhookdelivery d
                     WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = e.id AND d.state = 'waiting'
                       AND (e.state = 'active' OR d.event = %(test)s)
                     ORDER BY d.next_at LIMIT 1
                 ) first
                 WHERE e.workspace_id = %(workspace)s
                """,
                {"workspace": workspace_id, "test": TEST_EVENT},
            )
            due_at = cursor.fetchone()[0]
            if due_at is None:
                cursor.execute(
                    "DELETE FROM integrations_webhookpulse WHERE workspace_id = %s AND version = %s",
                    [workspace_id, version],
                )
            else:
                cursor.execute(
                    "UPDATE integrations_webhookpulse SET due_at = %s WHERE workspace_id = %s AND version = %s",
                    [due_at, workspace_id, version],
                )

    # Noting

    def _note(self, done: dict[Future[Answer], Sent]) -> None:
        by_workspace: dict[UUID, list[tuple[Sent, Answer]]] = {}
        for future, sent in done.items():
            by_workspace.setdefault(sent.delivery.workspace_id, []).append((sent, future.result()))
        for workspace_id, results in by_workspace.items():
            with in_workspace(workspace_id):
                self._note_of_workspace(workspace_id, results)

    def _note_of_workspace(self, workspace_id: UUID, results: list[tuple[Sent, Answer]]) -> None:
        at = self.now()
        # Locked, so that a webhook deleted in this moment takes what is noted here with it.
        kept = set(
            WebhookDelivery.objects.select_for_update()
            .filter(pk__in=[sent.delivery.pk for sent, _answer in results])
            .order_by("id")
            .values_list("pk", flat=True)
        )
        results = [(sent, answer) for sent, answer in results if sent.delivery.pk in kept]
        WebhookAttempt.objects.bulk_create(
            [
                WebhookAttempt(
                    workspace_id=workspace_id,
                    delivery_id=sent.delivery.pk,
                    at=sent.at,
                    seconds=round(answer.seconds, 3),
                    status=answer.status,
                    problem=answer.problem,
                    detail=answer.detail,
                    address=answer.address,
                    owner_id=sent.endpoint.owner_id,
                    sent=sent.call.body.decode()[:SENT_KEPT],
                    sent_bytes=len(sent.call.body),
                    answer=answer.body[:ANSWER_KEPT],
                )
                for sent, answer in results
            ]
        )
        for sent, answer in results:
            self._settle(sent, answer, at)
        actions.tell_pages(workspace_id, {sent.endpoint.pk for sent, _answer in results}, at)
        actions.ring(workspace_id, at, wakes=False)

    def _settle(self, sent: Sent, answer: Answer, at: datetime) -> None:
        delivery = WebhookDelivery.objects.filter(pk=sent.delivery.pk)
        seen: dict[str, Any] = {"status": answer.status, "problem": answer.problem}
        endpoint = WebhookEndpoint.objects.filter(pk=sent.endpoint.pk)
        if answer.is_success:
            delivery.update(state=State.DELIVERED, ended_at=at, **seen)
            endpoint.update(failure_streak=0, not_before=None, last_success_at=at)
            return
        if sent.delivery.event == TEST_EVENT:
            # Somebody looks at it now; tomorrow nobody does, and it says nothing about the others.
            delivery.update(state=State.FAILED, ended_at=at, **seen)
            return
        found = endpoint.select_for_update().first()
        if found is None:
            return
        found.failure_streak += 1
        found.last_failure_at = at
        rest = retries.rest_after(found.failure_streak, answer.status, answer.retry_after)
        if rest is not None:
            found.not_before = max(at + rest, found.not_before or at)
        found.save(update_fields=["failure_streak", "last_failure_at", "not_before"])
        if answer.status == 410:
            delivery.update(state=State.FAILED, ended_at=at, **seen)
            if found.is_hook:
                actions.delete_endpoint(found, acting_member=None)
            else:
                troubles.stop(found, WebhookEndpoint.Reason.GONE, at=at)
            return
        attempt = sent.delivery.attempt_count
        if attempt < retries.ATTEMPTS:
            next_at = at + retries.delay_before(attempt + 1, self.chance)
            if answer.retry_after is not None and answer.status in retries.SLOW_DOWN:
                next_at = max(next_at, at + min(timedelta(seconds=answer.retry_after), retries.MOST_ASKED))
            delivery.update(next_at=next_at, **seen)
            return
        delivery.update(state=State.FAILED, ended_at=at, **seen)
        if found.last_success_at is not None and found.last_success_at > sent.delivery.created_at:
            # Others went well meanwhile: it is this one that the other system does not take.
            troubles.tell_of_failed(found, sent.delivery, at=at)
        else:
            troubles.stop(found, WebhookEndpoint.Reason.FAILING, at=at)
