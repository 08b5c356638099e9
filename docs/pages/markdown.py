"""Pieces of Markdown."""

from collections.abc import Iterable, Sequence
from html import escape

from reprise.rendering.table_texts import markdown_field as plain

__all__ = ["code", "code_tag", "paragraphs", "plain", "table"]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table from Markdown fields, or nothing without rows."""
    lines = [heads, ["---"] * len(heads), *rows]
    if len(lines) == 2:
        return ""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: str) -> str:
    """Text as code: an id, a command."""
    return f"`{text}`"


def code_tag(text: str) -> str:
    """The same inside of HTML, in which Markdown means nothing."""
    return f"<code>{escape(text)}</code>"


def paragraphs(*parts: str) -> str:
    """Parts with an empty line between them; empty ones are left out."""
    return "\n\n".join(filter(None, parts))
