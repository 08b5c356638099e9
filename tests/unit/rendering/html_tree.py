"""HTML as a tree, for tests that look into a report."""

from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

VOID = {"meta", "input", "br", "wbr", "link", "img", "hr"}


class Page:
    """A parsed page: its source, its tree, and its elements by id."""

    def __init__(self, source: str, root: ElementTree.Element) -> None:
        self.source, self.root = source, root
        self.by_id = {e.get("id"): e for e in root.iter() if e.get("id")}

    def text(self, identity: str) -> str:
        """All text of the element with an id, whitespace joined."""
        return text_of(self.by_id[identity])

    def all(self, tag: str, inside: str | None = None, **attributes: str) -> list:
        """Elements with a tag and attributes, below the element with an id or anywhere."""
        root = self.root if inside is None else self.by_id[inside]
        return [
            element
            for element in root.iter(tag)
            if all(element.get(name.rstrip("_")) == value for name, value in attributes.items())
        ]


class TreeBuilder(HTMLParser):
    """Builds the tree; complains about tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = ElementTree.TreeBuilder()
        self.open: list[str] = []
        self.builder.start("page", {})

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attributes})
        if tag in VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attributes})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        expected = self.open.pop()
        assert tag == expected, f"</{tag}> at {self.getpos()} closes <{expected}>"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def read_page(path: Path) -> Page:
    """Parse an HTML file whose tags are all closed."""
    source = path.read_text(encoding="utf-8")
    parser = TreeBuilder()
    parser.feed(source)
    parser.close()
    assert not parser.open, f"never closed: {parser.open}"
    parser.builder.end("page")
    return Page(source, parser.builder.close())


def text_of(element: ElementTree.Element) -> str:
    """All text of an element, whitespace joined."""
    return " ".join("".join(element.itertext()).split())
