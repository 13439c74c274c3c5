"""The list of customers."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from samphan.administration.lists.page import address
from samphan.administration.middleware import MemberRequest
from samphan.customers.models import Customer
from samphan.customers.permissions import ADD, CHANGE, DELETE, EXPORT, IMPORT, TAG, VIEW
from samphan.customers.reach import OWNED
from samphan.customers.views.record import quick_view_context
from samphan.customers.views.sharing import may_share
from samphan.customers.views.state import CustomerList
from samphan.platform.access import Reach, requires
from samphan.platform.ids import as_uuid


@require_GET
@requires(VIEW)
def customer_list(request: MemberRequest) -> HttpResponse:
    """The list that the address describes; for htmx with the rows as target, its next rows."""
    may = request.member.may
    may_select = may(CHANGE) or may(TAG) or may(DELETE) or may_share(request.member)
    return CustomerList(request).answer(
        "customers/list.html",
        selectable=may_select,
        more=lambda _count: {
            "may_add": may(ADD),
            "may_change": may(CHANGE),
            "may_tag": may(TAG),
            "may_delete": may(DELETE),
            "may_share": may_share(request.member),
            "import_url": address("import-list") if may(IMPORT) and request.member.reach(OWNED) is Reach.ALL else "",
            "export_url": address("customer-export") if may(EXPORT) else "",
            **_viewed(request),
        },
    )


def _viewed(request: MemberRequest) -> dict[str, object]:
    """The quick view that the address asks for (`view`)."""
    viewed = as_uuid(request.GET.get("view", ""))
    customer = Customer.objects.visible_to(request.member).filter(pk=viewed).first() if viewed else None
    return {"viewed": quick_view_context(request, customer)} if customer else {}
