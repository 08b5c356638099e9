# Where the files of this workflow are. No rules, and nothing of the library, which may not be here yet.

import os
import shutil
from pathlib import Path


def folder_on_disk(source):
    """The folder workflow/ on this machine.

    Of a module from a git repository (`github(...)`, `gitlab(...)`, `git+file:...`) Snakemake reads
    single files, and its scripts would not find the library beside them. The commit is therefore
    checked out once, below the working folder.
    """
    if hasattr(source, "hosted_repo"):
        repository = source.hosted_repo.repo
    elif hasattr(source, "repo_path"):
        from git import Repo

        repository = Repo(source.repo_path)
    else:
        return Path(source)
    commit = repository.commit(source.ref).hexsha
    checkout = Path(".snakemake", "modules", f"reprise-{commit}").absolute()
    if not checkout.exists():
        # Under another name first, so that it is there as a whole or not at all.
        unfinished = checkout.with_name(f"{checkout.name}.{os.getpid()}")
        clone = repository.clone(str(unfinished), no_checkout=True)
        clone.git.checkout("--detach", commit)
        try:
            unfinished.rename(checkout)
        except OSError:
            # Another process was faster.
            shutil.rmtree(unfinished)
    return checkout / source.path


def own_file(name):
    """A file of the working folder or, where that has none of the name, the workflow's own."""
    return name if os.path.exists(name) else str(FOLDER.parent / name)


FOLDER = folder_on_disk(workflow.current_basedir).parent
