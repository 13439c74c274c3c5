"""Custom fields: what an administrator adds to customers, orders, products and tasks without a programmer.

Definitions are rows (`models`), read through a cache (`definitions`) and joined to the field catalogue (`sql`). Values live
in the record's column `custom`, keyed by the id of the field; `values` reads what people type, `writing` writes it.
A domain says which of its records take part by a `Host`.
"""
