"""A registry knows what domains registered, and behind it what the workspace adds."""

from samphan.platform.registries import Registry


def test_holds_what_a_workspace_adds_behind_what_domains_registered() -> None:
    added = {"cars": "car"}
    asked: list[int] = []

    def further() -> dict[str, str]:
        asked.append(1)
        return added

    registry: Registry[str] = Registry()
    registry.extend(further)
    registry.add("customers", "customer")
    assert registry["customers"] == "customer"
    assert not asked, "a name of a domain costs nothing"
    assert registry["cars"] == "car"
    assert list(registry) == ["customers", "cars"]
    assert list(registry.values()) == ["customer", "car"]
    added.clear()
    assert registry.get("cars") is None
    assert len(registry) == 1


def test_keeps_the_first_of_a_name_where_it_may_stand_once() -> None:
    registry: Registry[str] = Registry()
    assert registry.add_once("a", "first") == "first"
    assert registry.add_once("a", "second") == "first"
    registry.add("a", "third")
    assert registry["a"] == "third"
