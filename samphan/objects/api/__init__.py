"""Routes of `/api/v1/objects`: the kinds of records that a company defined, and their records."""

from ninja import Router

from samphan.objects.api import definitions, record, records
from samphan.objects.definitions import BadObject
from samphan.platform.api import problems

problems.tells_fields(BadObject, lambda refusal: refusal.problems.items())

router = Router(tags=["Objects"])
for part in (definitions, records, record):
    router.add_router("", part.router)
