"""A part of a page that says by itself whether it changed."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class PartNode(template.Node):
    """A section with a name, a class, and a version that follows from its content."""

    def __init__(self, name: FilterExpression, css: FilterExpression, nodelist: NodeList) -> None:
        self.name = name
        self.css = css
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        """Return the section; the CSRF token, new in every answer, is no change."""
        content = self.nodelist.render(context)
        lasting: Any = content.replace(str(context.get("csrf_token", "")) or "\0", "")
        return format_html(
            '<section class="{}" data-part="{}" data-version="{}">{}</section>',
            self.css.resolve(context),
            self.name.resolve(context),
            f"{crc32(lasting.encode()):08x}",
            mark_safe(content),  # noqa: S308 - a template rendered it, and escaped what it should
        )


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """Read ``{% part "name" "css-class" %}…{% endpart %}``."""
    try:
        _, name, css = token.split_contents()
    except ValueError as error:
        raise template.TemplateSyntaxError("part takes a name and a class") from error
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(parser.compile_filter(name), parser.compile_filter(css), nodelist)
