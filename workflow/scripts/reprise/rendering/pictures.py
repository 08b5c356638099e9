"""An SVG file as part of a page: harmless, in the page's colours, its ids its own."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from markupsafe import Markup

from reprise.rendering.figures.style import INK

DRAWN = frozenset(
    {"svg", "g", "defs", "path", "use", "text", "tspan", "clipPath", "rect", "circle", "ellipse",
     "line", "polygon", "polyline", "image", "pattern"}
)  # fmt: skip
"""Elements that draw. All others are dropped: scripts, animations, links, styles, and so on; but
the title of a mark, which says its value, stays."""

FUNCTIONS = frozenset({"matrix", "rotate", "scale", "skewX", "skewY", "translate", "rgb"})
"""What an attribute may call: transformations and colours, and nothing that loads a file."""

STROKES = "stroke-linejoin: round; stroke-linecap: butt"
"""What the style sheet inside each figure says; as a property of the root it stays inside."""

REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")

EMBEDDED = "data:image/png;base64,"
"""How the address of pixels starts that are in the file itself."""


def inline_svg(path: Path, prefix: str, label: str) -> Markup | None:
    """The SVG element of a file, to be put into HTML; None where the file is missing or damaged.

    Args:
        path: an SVG file.
        prefix: put before every id, so that several figures on one page do not clash.
        label: what those who do not see the figure are told.
    """
    try:
        return svg_element(path.read_text(encoding="utf-8"), prefix, label)
    except (OSError, ElementTree.ParseError):
        return None


def svg_element(text: str, prefix: str, label: str) -> Markup:
    """The SVG element of a text, as ``inline_svg`` gives that of a file.

    Raises:
        ElementTree.ParseError: it is no XML.
    """
    root = ElementTree.fromstring(text)
    clean(root, f"{prefix}-")
    for attribute in ("width", "height"):
        root.attrib.pop(attribute, None)
    root.attrib.update({"role": "img", "aria-label": label, "style": STROKES})
    text = ElementTree.tostring(root, encoding="unicode")
    return Markup(text.replace(INK, "currentColor"))


def clean(element: ElementTree.Element, prefix: str) -> None:
    """Drop what does not belong in a page, drop namespaces, and prefix ids, at any depth."""
    element.tag = local_name(element.tag)
    attributes = {local_name(name): value for name, value in element.attrib.items()}
    element.attrib.clear()
    for name, value in attributes.items():
        if is_harmless(name, value):
            element.set(name, prefixed(name, value, prefix))
    kept = DRAWN | {"title"} if element.tag == "use" else DRAWN
    for child in list(element):
        if not isinstance(child.tag, str) or local_name(child.tag) not in kept:
            element.remove(child)
        else:
            clean(child, prefix)


def local_name(name: str) -> str:
    """A name without its namespace, as HTML wants it."""
    return name.rpartition("}")[2]


def is_harmless(name: str, value: str) -> bool:
    """Whether an attribute neither runs anything nor reaches outside of the figure."""
    if name.lower().startswith("on"):
        return False
    if name in ("href", "src"):
        return value.startswith(("#", EMBEDDED))
    outside = re.sub(REFERENCE, "", value)
    # A backslash may spell a function's name in another way.
    return not set("@\\") & set(outside) and FUNCTIONS.issuperset(
        re.findall(r"([^\s;:,()]*)\s*\(", outside)
    )


def prefixed(name: str, value: str, prefix: str) -> str:
    """An attribute's value with the ids in it prefixed."""
    if name == "id":
        return f"{prefix}{value}"
    if name == "href" and not value.startswith(EMBEDDED):
        return f"#{prefix}{value[1:]}"
    return re.sub(REFERENCE, rf"url(#{prefix}\1)", value)
