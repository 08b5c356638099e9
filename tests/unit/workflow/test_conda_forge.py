"""Whether conda could make the environments: their form, and what is known of the channel."""

import asyncio
import json
import os
from pathlib import Path

import pytest
import yaml
from environment_files import ENVIRONMENTS, PIP_NAMES, dependencies, requirements
from rattler import Channel, GenericVirtualPackage, MatchSpec, PackageName, Version, VersionSpec
from rattler import solve as solve_specs
from rattler.exceptions import InvalidMatchSpecError, SolverError
from rattler.package.build_string import BuildString

KNOWN = yaml.safe_load(Path(__file__).with_name("conda_forge.yaml").read_text())
SEEN = KNOWN["seen"] | {name: entry["version"] for name, entry in KNOWN["seen_elsewhere"].items()}
PLATFORM = "linux-64"
# What environments are made for: a C library, and a driver for the builds with CUDA.
MACHINES = {"cpu": {"glibc": "2.28"}, "gpu": {"glibc": "2.28", "cuda": "13.0"}}

each_environment = pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)


def specs(environment: Path) -> list[MatchSpec]:
    """What conda is asked for."""
    return [MatchSpec(item, strict=True) for item in dependencies(environment)[0]]


def name_of(spec: MatchSpec) -> str:
    return spec.name.normalized


def solve(channel: str, wanted: list[MatchSpec], machine: str = "cpu") -> dict[str, str]:
    """The versions by name that conda would install."""
    virtual = {"unix": "0", "linux": "5.10", **MACHINES[machine]}
    solution = solve_specs(
        [Channel(channel)],
        wanted,
        platforms=[PLATFORM, "noarch"],
        virtual_packages=[
            GenericVirtualPackage(PackageName(f"__{name}"), Version(version), BuildString("0"))
            for name, version in virtual.items()
        ],
    )

    async def wait() -> list:
        return await solution

    return {record.name.normalized: str(record.version) for record in asyncio.run(wait())}


@each_environment
def test_dependencies_are_match_specifications(environment):
    found = specs(environment)
    assert len({name_of(spec) for spec in found}) == len(found) > 3
    for spec in found:
        # Whatever the channel, the build and the platform: those of the file and the machine.
        assert (spec.channel, spec.subdir, spec.build, spec.build_number) == (None,) * 4
        assert name_of(spec) == "pip" or spec.version


@pytest.mark.parametrize("item", ["numpy >>2", "num py =2", "numpy ==2..4", "matplotlib[ =3"])
def test_what_is_no_specification_is_found(item):
    with pytest.raises(InvalidMatchSpecError):
        MatchSpec(item, strict=True)


@each_environment
def test_conda_gets_the_versions_that_pip_gets(environment):
    for spec in specs(environment):
        if name_of(spec) not in ("pip", "python"):
            pinned = requirements()[PIP_NAMES.get(name_of(spec), name_of(spec))]
            assert VersionSpec(spec.version).matches(Version(pinned)), name_of(spec)
    for line in dependencies(environment)[1]:
        name, version = line.split(" ==")
        assert VersionSpec(f"=={version}").matches(Version(requirements()[name]))


def test_all_environments_have_one_python():
    found = {str(s.version) for path in ENVIRONMENTS for s in specs(path) if name_of(s) == "python"}
    assert len(found) == 1


@each_environment
def test_packages_are_ones_of_conda_forge(environment):
    for spec in specs(environment):
        if (name := name_of(spec)) != "pip":
            assert name in SEEN, f"say in conda_forge.yaml where {name} was seen"
            listed = VersionSpec(spec.version).matches(Version(SEEN[name]))
            assert listed != (name in KNOWN["not_seen"]), name


@each_environment
def test_pip_installs_only_what_conda_forge_does_not_have(environment):
    by_conda, by_pip = dependencies(environment)
    assert {line.split(" ")[0] for line in by_pip} <= set(KNOWN["absent"])
    assert ("pip" in by_conda) == bool(by_pip)


def test_nothing_is_known_of_packages_that_are_not_used():
    used = {name_of(spec) for path in ENVIRONMENTS for spec in specs(path)} - {"pip"}
    assert used == set(SEEN) >= set(KNOWN["not_seen"])


@pytest.fixture
def made_up_channel(tmp_path) -> str:
    """A channel with all versions that were seen, and numpy in a version of its own for CUDA."""
    records = {
        f"{name}-{version}-0.conda": {
            "name": name, "version": str(version), "build": "0", "build_number": 0, "depends": [],
            "subdir": PLATFORM, "sha256": "0" * 64, "md5": "0" * 32, "size": 1,
        }
        for name, version in SEEN.items()
    }  # fmt: skip
    driven = {**records["numpy-2.4.6-0.conda"], "version": "2.4.7", "depends": ["__cuda >=13"]}
    records["numpy-2.4.7-0.conda"] = driven
    for platform, content in ((PLATFORM, records), ("noarch", {})):
        (tmp_path / platform).mkdir()
        text = {"info": {"subdir": platform}, "packages": {}, "packages.conda": content}
        (tmp_path / platform / "repodata.json").write_text(json.dumps(text))
    return tmp_path.as_uri()


def test_an_environment_is_solved_for_a_machine(made_up_channel):
    wanted = specs(next(path for path in ENVIRONMENTS if path.stem == "analysis"))
    wanted = [spec for spec in wanted if name_of(spec) not in KNOWN["not_seen"]]
    assert solve(made_up_channel, wanted)["numpy"] == "2.4.6"
    assert solve(made_up_channel, wanted, "gpu")["numpy"] == "2.4.7"


@pytest.mark.parametrize("item", ["numpy =2.9", "no-such-package"])
def test_a_package_that_a_channel_lacks_is_found(made_up_channel, item):
    with pytest.raises(SolverError):
        solve(made_up_channel, [MatchSpec(item)])


# Whoever changes a pin asks. What conda-forge lists changes from day to day, and its index is
# hundreds of megabytes: `make test` is promised to work without a network, and to fail for nothing
# but a change of this repository. The tests above cover all that can be known without.
@pytest.mark.skipif(
    not os.environ.get("REPRISE_CONDA_FORGE"),
    reason="needs a network, which make test does not: make ask-conda-forge runs it",
)
def test_conda_forge_itself_has_the_environments():
    for environment in ENVIRONMENTS:
        for machine in MACHINES:
            found = solve("conda-forge", specs(environment), machine)
            assert {name_of(spec) for spec in specs(environment)} <= found.keys()
