"""How our forms come out as HTML: templates/parts/form.html and field.html with Bootstrap's
classes, labels and hints above the field, errors tied to it."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import loader

# Widgets by how Bootstrap dresses them. Hidden inputs are not dressed; what is unknown is a line.
_PAIR = ("日期", "时间")
_NTH = tuple(f"第 {n} 格" for n in range(1, 10))  # boxes of one answer; a form may name them better
_CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


def widget_class(widget: forms.Widget) -> str:
    """Bootstrap's class for a widget: form-check-input, form-select, form-control or ""."""
    if widget.is_hidden or isinstance(widget, forms.MultiWidget):
        return ""
    if isinstance(widget, _CHECKS):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class DressedField(forms.BoundField):
    """A bound field whose widget carries the class of the look, beside its own classes."""

    @property
    def use_fieldset(self) -> bool:
        """As Django has it, but a file input keeps its label: it is one control."""
        return super().use_fieldset and not isinstance(self.field.widget, forms.FileInput)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Django's attributes (required, aria-invalid, aria-describedby) and the class."""
        built = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        dress = widget_class(widget)
        if dress:
            own = built.get("class") or widget.attrs.get("class") or ""
            built["class"] = f"{own} {dress}".strip()
        if isinstance(widget, forms.MultiWidget):
            names = _PAIR if isinstance(widget, forms.SplitDateTimeWidget) else _NTH
            for part, name in zip(widget.widgets, names, strict=False):
                part.attrs.setdefault("class", widget_class(part))
                part.attrs.setdefault("aria-label", f"{self.label}，{name}")
        return built


class FormRenderer(DjangoTemplates):
    """Renders forms and fields by our parts and leaves the widgets to Django's own templates.

    Ours come from the project's template folder; everything else from where Django looks by
    default, so that widgets of Wagtail and allauth find what they include.
    """

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
    bound_field_class = DressedField

    def get_template(self, template_name: str) -> Any:
        """The template of that name; raises TemplateDoesNotExist."""
        if template_name.startswith("parts/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)
