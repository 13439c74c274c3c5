"""Routes of `/api/v1/customers`."""

from ninja import Router

from samphan.customers.actions import CustomerGone, FieldProblems
from samphan.customers.api import bulk, customers, files, parts, record
from samphan.platform.api import problems

problems.says(CustomerGone, 404)
problems.tells_fields(FieldProblems, lambda refusal: refusal.problems.items())

router = Router(tags=["Customers"])
for part in (bulk, customers, parts, files, record):
    router.add_router("", part.router)
