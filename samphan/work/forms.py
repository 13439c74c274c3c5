"""What the form of a new task asks beside its own fields."""

from typing import Any

from django import forms

from samphan.administration.custom_fields.asking import add_custom_fields
from samphan.platform.access import Viewer


class OwnFields(forms.Form):
    """The company's own fields of a task. It keeps what was typed; the action reads the values."""

    def __init__(self, *arguments: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.names = add_custom_fields(self, "tasks", viewer)

    def typed(self) -> dict[str, object]:
        """What was typed, by the name of the field; "" for what was left empty."""
        sent: Any = self.data
        return {name: ", ".join(sent.getlist(name)) for name in self.names}

    def add_problems(self, problems: dict[str, str]) -> None:
        """Put each sentence at its field."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)
