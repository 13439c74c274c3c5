"""Everything that writes customers. Each action stands inside `in_workspace`, as a request or a job does."""

from samphan.customers.actions.addresses import add_address, edit_address, remove_address
from samphan.customers.actions.bulk import BULK_FIELDS, edit_customers, read_bulk_value
from samphan.customers.actions.cell_children import CHILD_CELLS, CONTACT_CELLS
from samphan.customers.actions.cells import CELL_FIELDS, CustomerCells
from samphan.customers.actions.contact_points import (
    SharedContactPoint,
    add_contact_point,
    edit_contact_point,
    remove_contact_point,
    set_contact_points,
)
from samphan.customers.actions.creation import Created, create_customer
from samphan.customers.actions.deletion import ERASED, delete_customers, erase_customer, restore_customers
from samphan.customers.actions.editing import edit_field
from samphan.customers.actions.files import MAX_FILES, add_file, delete_file, set_photo
from samphan.customers.actions.preferences import add_preference, edit_preference, withdraw_preference
from samphan.customers.actions.refusals import CustomerGone, FieldProblems, NotConfirmed, NotDeleted, TooMany
from samphan.customers.actions.relations import (
    RELATION_FIELDS,
    add_relation,
    change_relation,
    end_relation,
    remove_relation,
    stored_values,
)
from samphan.customers.actions.sets import (
    MAX_AT_ONCE,
    assign_owner,
    hand_over_customers,
    set_purchase_totals,
    tag_customers,
    untag_customers,
)
from samphan.customers.actions.sharing import end_sharing, share_customers
from samphan.customers.search_documents import refresh_search

__all__ = [
    "BULK_FIELDS",
    "CELL_FIELDS",
    "CHILD_CELLS",
    "CONTACT_CELLS",
    "ERASED",
    "MAX_AT_ONCE",
    "MAX_FILES",
    "RELATION_FIELDS",
    "Created",
    "CustomerCells",
    "CustomerGone",
    "FieldProblems",
    "NotConfirmed",
    "NotDeleted",
    "SharedContactPoint",
    "TooMany",
    "add_address",
    "add_contact_point",
    "add_file",
    "add_preference",
    "add_relation",
    "assign_owner",
    "change_relation",
    "create_customer",
    "delete_customers",
    "delete_file",
    "edit_address",
    "edit_contact_point",
    "edit_customers",
    "edit_field",
    "edit_preference",
    "end_relation",
    "end_sharing",
    "erase_customer",
    "hand_over_customers",
    "read_bulk_value",
    "refresh_search",
    "remove_address",
    "remove_contact_point",
    "remove_relation",
    "restore_customers",
    "set_contact_points",
    "set_photo",
    "set_purchase_totals",
    "share_customers",
    "stored_values",
    "tag_customers",
    "untag_customers",
    "withdraw_preference",
]
