"""How a page says and draws the curves of webapp.charts."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from webapp.charts import Chart

register = template.Library()

LABELS = {
    "loss": _("on what it learned from"),
    "val_loss": _("on what was kept from it"),
    "accuracy": _("on what it learned from"),
    "val_accuracy": _("on what was kept from it"),
}


@register.filter
def raw(value: float) -> str:
    """Return a number as a drawing needs it, in whatever language the page is."""
    return f"{value:g}"


@register.filter
def curve_label(name: str) -> str:
    """Return what a curve of the history shows."""
    return str(LABELS.get(name, name))


@register.filter
def chart_words(chart: Chart, title: str) -> str:
    """Return a chart in words, for who does not see it."""
    ends = ", ".join(f"{curve_label(curve.name)} {curve.last}" for curve in chart.curves)
    return gettext("{title}, at the end: {ends}").format(title=title, ends=ends)
