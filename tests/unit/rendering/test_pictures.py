"""SVG files as parts of a page."""

import re
from pathlib import Path

import pytest

from reprise.rendering.figures.style import INK
from reprise.rendering.pictures import inline_svg

HOSTILE = f"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     width="460pt" height="200pt" viewBox="0 0 460 200" onload="alert(1)">
 <metadata>secret</metadata><style>* {{ display: none }}</style><script>alert(2)</script>
 <defs><path id="mark" d="M 0 0"/><clipPath id="clip"><rect width="5" height="5"/></clipPath></defs>
 <use xlink:href="#mark" clip-path="url(#clip)" style="stroke: {INK}"/>
 <use xlink:href="https://example.org/mark.svg#mark"/>
 <rect fill="url(https://example.org/a.svg#b)" onclick="alert(3)"/>
 <text>a &lt;b&gt; c</text>
</svg>"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "figure.svg"
    path.write_text(text, encoding="utf-8")
    return path


def test_ids_and_references_are_prefixed(tmp_path: Path) -> None:
    svg = inline_svg(written(tmp_path, HOSTILE), "study-table", "label")
    assert 'id="study-table-mark"' in svg
    assert 'href="#study-table-mark"' in svg
    assert "url(#study-table-clip)" in svg
    assert 'id="mark"' not in svg


def test_nothing_that_acts_or_reaches_outside_is_left(tmp_path: Path) -> None:
    svg = inline_svg(written(tmp_path, HOSTILE), "p", "label")
    for part in (
        "script",
        "alert",
        "onload",
        "onclick",
        "example.org",
        "<style",
        "secret",
        "xmlns",
    ):
        assert part not in svg
    assert "a &lt;b&gt; c" in svg


def test_the_ink_becomes_the_colour_of_the_text(tmp_path: Path) -> None:
    svg = inline_svg(written(tmp_path, HOSTILE), "p", "label")
    assert INK not in svg
    assert "stroke: currentColor" in svg


def test_it_has_a_name_and_the_width_of_its_place(tmp_path: Path) -> None:
    svg = inline_svg(written(tmp_path, HOSTILE), "p", 'a "name" <b>')
    assert 'role="img"' in svg
    assert 'aria-label="a &quot;name&quot; &lt;b&gt;"' in svg
    assert 'width="460pt"' not in svg
    assert 'viewBox="0 0 460 200"' in svg


def test_a_missing_or_damaged_file_gives_nothing(tmp_path: Path) -> None:
    assert inline_svg(tmp_path / "absent.svg", "p", "label") is None
    assert inline_svg(written(tmp_path, HOSTILE[:200]), "p", "label") is None


def test_embedded_pixels_stay_and_other_addresses_go(tmp_path: Path) -> None:
    pixels = "data:image/png;base64,iVBORw0KGgo="
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image xlink:href="{pixels}"/><image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>'
        "</svg>"
    )
    svg = inline_svg(written(tmp_path, text), "p", "label")
    assert svg.count("href=") == 1
    assert f'href="{pixels}"' in svg


@pytest.mark.parametrize(
    "part",
    [
        '<a href="#x"><animate attributeName="href" values="javascript:alert(1)"/><path/></a>',
        '<set attributeName="x" to="1"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<foreignObject><iframe src="https://example.org"/></foreignObject>',
        '<image href="javascript:alert(1)"/>',
        '<g style="background: \\75rl(https://example.org)"/>',
        "<g style=\"background: image-set('https://example.org' 1x)\"/>",
        '<g style="background: URL(https://example.org)"/>',
        "<g style=\"@import 'https://example.org'\"/>",
        '<g ONLOAD="alert(1)"/>',
    ],
)
def test_parts_that_act_or_load_are_dropped(tmp_path: Path, part: str) -> None:
    text = f'<svg xmlns="http://www.w3.org/2000/svg"><g fill="red">{part}</g></svg>'
    svg = inline_svg(written(tmp_path, text), "p", "label")
    assert 'fill="red"' in svg
    for word in ("alert", "example", "script", "animate", "<set", "<a", "iframe"):
        assert word not in svg
    assert set(re.findall(r"([\w-]+)=", svg)) == {"fill", "role", "aria-label", "style"}
