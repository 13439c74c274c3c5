"""The customers that somebody may mean by what they typed so far, for every input that takes one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from samphan.administration.custom_fields.relations import Offered
from samphan.administration.middleware import MemberRequest
from samphan.customers.permissions import VIEW
from samphan.customers.references import Meant, find_customers
from samphan.platform.access import requires
from samphan.platform.search.finding import search

OFFERED = 8
MAX_TEXT = 100


@require_GET
@requires(VIEW)
def customer_lookup(request: MemberRequest) -> HttpResponse:
    """Options of an input for what `?q=` says: any fragment of a name, phone, e-mail or number finds them.

    An option is the name where that alone means the customer, and the id where it may mean somebody else too.
    """
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_TEXT]
    hits = search(text, viewer=request.member, limit_each=OFFERED, only="customer").hits if text else []
    by_name = find_customers(request.member.workspace_id, {place: Meant.by(hit.name) for place, hit in enumerate(hits)})
    offered = [
        Offered(hit.name, hit.note)
        if by_name.get(place) == hit.id
        else Offered(str(hit.id), " · ".join(filter(None, (hit.shown, hit.note))))
        for place, hit in enumerate(hits)
    ]
    return render(request, "administration/custom_fields/offered.html", {"offered": offered})
