"""Write all computed pages anew: ``make tables``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pages.kept import kept_studies
from pages.readme import with_studies
from pages.study_page import FOLDER, study_page
from reprise.data.integrity import write_whole
from reprise.errors import InputError

ROOT = Path(__file__).parents[2]


def pages(root: Path = ROOT) -> dict[str, str]:
    """The text of every computed page, by its path below the project.

    Args:
        root: the folder that holds ``config/``, ``reference/`` and README.md.

    Raises:
        InputError: a file is not as it has to be, or a note rests on something that is gone.
    """
    with TemporaryDirectory() as results:
        studies = kept_studies(root, Path(results))
        readme = (root / "README.md").read_text(encoding="utf-8")
        found = {"README.md": with_studies(readme, studies)}
        return found | {f"{FOLDER}/{each.id}.md": study_page(each) for each in studies}


def main() -> None:
    """Write them."""
    try:
        written = pages()
    except InputError as error:
        sys.exit(f"Error: {error}")
    (ROOT / FOLDER).mkdir(exist_ok=True)
    for name, text in written.items():
        write_whole(ROOT / name, text)


if __name__ == "__main__":
    main()
