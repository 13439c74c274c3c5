"""How the entity of a company's own kind stands in addresses: `/objects/machine/` is `o_machine`."""

from samphan.objects.models import PREFIX


class ObjectConverter:
    """The key of a kind in the address, the name of its entity in the view."""

    regex = "[a-z][a-z0-9_]{0,30}"

    def to_python(self, value: str) -> str:
        return PREFIX + value

    def to_url(self, value: str) -> str:
        return value.removeprefix(PREFIX)
