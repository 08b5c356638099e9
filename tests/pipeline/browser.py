"""Headless Chromium, as a reader's browser."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
    "--enable-logging=stderr", "--virtual-time-budget=8000",
)  # fmt: skip


def chromium(page: Path, *flags: str) -> subprocess.CompletedProcess:
    """Open a page with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()],
            capture_output=True,
            text=True,
            timeout=120,
        )


def open_page(page: Path) -> tuple[str, list[str]]:
    """The page's HTML after its scripts ran, and what it wrote to the console."""
    answer = chromium(page, "--dump-dom")
    console = re.findall(r"CONSOLE[^\]]*\] (.*)", answer.stderr)
    return answer.stdout, console


def take_screenshot(page: Path, picture: Path, width: int, height: int, theme: str) -> None:
    """A picture of the page at a width (CSS pixels) in the light or dark theme.

    The page is shown in a frame, because a headless window cannot be as narrow as a phone.
    """
    with tempfile.TemporaryDirectory() as folder:
        themed = Path(folder) / "page.html"
        html = page.read_text(encoding="utf-8")
        themed.write_text(html.replace("<html ", f'<html data-theme="{theme}" ', 1), "utf-8")
        frame = Path(folder) / "frame.html"
        frame.write_text(
            f'<body style="margin:0"><iframe src="{themed.name}" '
            f'style="border:0;width:{width}px;height:{height}px"></iframe></body>'
        )
        chromium(frame, f"--window-size={max(width, 500)},{height}", f"--screenshot={picture}")
