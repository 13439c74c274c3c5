"""Keys point down: a row knows rows of its own domain and of lower floors, which imports cannot show."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

ROOT = Path(__file__).resolve().parent.parent


def floors() -> dict[str, int]:
    """The floor of each domain, by app label, from the import contract; the ground is 0."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contract if each["name"] == "Floors")
    found = {}
    for height, layer in enumerate(reversed(layers)):
        for name in layer.replace(":", "|").split("|"):
            found[name.strip().removeprefix("samphan.")] = height
    return found


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("samphan.")]


def keys(model: type[Model]) -> list[Field]:  # type: ignore[type-arg]
    """The foreign keys and many-to-many fields that a model itself has."""
    return [field for field in (*model._meta.concrete_fields, *model._meta.many_to_many) if field.is_relation]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_points_down_or_stays_at_home(model: type[Model]) -> None:
    height = floors()
    home = model._meta.app_label
    for field in keys(model):
        target = field.related_model._meta  # type: ignore[union-attr]
        if not field.related_model.__module__.startswith("samphan."):  # type: ignore[union-attr]
            continue
        assert target.app_label == home or height[target.app_label] < height[home], (
            f"{model._meta.label}.{field.name} points up to {target.label}"
        )


def test_knows_the_floor_of_every_domain() -> None:
    known = floors()
    homeless = {config.label for config in apps.get_app_configs() if config.name.startswith("samphan.")} - set(known)
    assert homeless == set()


def test_looks_at_keys_that_there_are() -> None:
    pointing = {model._meta.label: [field.name for field in keys(model)] for model in own_models()}
    assert pointing["administration.Member"] == ["workspace", "user", "teams"]
