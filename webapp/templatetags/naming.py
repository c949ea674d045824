"""Titles and names in the visitor's language, for every template without asking."""

from __future__ import annotations

from django import template

from webapp.spoken import spoken

register = template.Library()
register.filter("spoken", spoken)
