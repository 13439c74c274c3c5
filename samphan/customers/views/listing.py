"""The list of customers."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from samphan.administration.lists.page import address
from samphan.administration.middleware import MemberRequest
from samphan.customers.models import Customer
from samphan.customers.permissions import ADD, CHANGE, DELETE, EXPORT, IMPORT, TAG, VIEW
from samphan.customers.views.record import quick_view_context
from samphan.customers.views.state import CustomerList
from samphan.platform.access import requires


@require_GET
@requires(VIEW)
def customer_list(request: MemberRequest) -> HttpResponse:
    """The list that the address describes; for htmx with the rows as target, its next rows."""
    may = request.member.may
    may_select = may(CHANGE) or may(TAG) or may(DELETE)
    return CustomerList(request).answer(
        "customers/list.html",
        selectable=may_select,
        more=lambda _count: {
            "may_add": may(ADD),
            "may_change": may(CHANGE),
            "may_tag": may(TAG),
            "may_delete": may(DELETE),
            "import_url": address("import-list") if may(IMPORT) else "",
            "export_url": address("customer-export") if may(EXPORT) else "",
            **_viewed(request),
        },
    )


def _viewed(request: MemberRequest) -> dict[str, object]:
    """The quick view that the address asks for (`view`)."""
    try:
        viewed = UUID(request.GET.get("view", ""))
    except ValueError:
        return {}
    customer = Customer.objects.visible_to(request.member).filter(pk=viewed).first()
    return {"viewed": quick_view_context(request, customer)} if customer else {}
