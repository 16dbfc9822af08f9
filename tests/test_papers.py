"""What the README and its neighbours say is what the project does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import loyaltylab
from benchmarks.__main__ import markdown
from benchmarks.measure import Row
from loyaltylab import claims, datasets
from loyaltylab.base import files
from loyaltylab.lab import notebooks

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def between(mark: str) -> str:
    return README.split(f"<!-- {mark} -->")[1].split(f"<!-- /{mark} -->")[0]


def test_readme_quotes_the_sum_of_reproduce() -> None:
    quoted = " ".join(between("summary").replace(">", " ").split())
    count = len(notebooks.listed(files.root()))
    assert quoted == claims.summary(notebooks=count)


def test_ci_calls_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = re.findall(r"^python -m pip .*$", README, re.MULTILINE)
    assert len(commands) == 2
    run, test = commands
    assert re.search(rf"^{re.escape(test)}$", script, re.MULTILINE)
    assert run.split(" && ")[0] in script
    assert run.split(" && ")[1] == "loyaltylab lab"


def test_readme_quotes_the_last_benchmark() -> None:
    results = pd.read_csv(ROOT / "benchmarks" / "results.csv", keep_default_na=False)
    (machine,) = results.pop("machine").unique()
    ratio = pd.to_numeric(results["ratio"])
    rows = [
        Row(**{**row, "ratio": None if pd.isna(r) else r})
        for row, r in zip(results.to_dict("records"), ratio, strict=True)
    ]
    assert between("benchmarks").strip() == markdown(rows, machine).strip()


def test_linked_files_and_pictures_exist() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).is_file(), link


def test_versions_agree() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {loyaltylab.__version__}" in citation
    assert f"## {loyaltylab.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_constraints_pin_every_dependency_without_an_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[\w.\-]+==[\w.]+", line) for line in text.split())
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in text.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[\[<>=]", w)[0].lower().replace("_", "-") for w in wanted}
    assert names - {"loyaltylab"} <= pinned


def test_the_code_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two files that it names stand for the reader's own."""
    firm = datasets.load("synthetic_firm_purchases").query("own")
    visits = firm.rename(columns={"customer": "card", "date": "day"})
    visits.assign(usd=visits["amount_cents"] / 100).to_csv(tmp_path / "visits.csv")
    people = pd.DataFrame({"months": [1, 2, 3, 3], "left": ["yes", "no", "yes", "no"]})
    people.to_csv(tmp_path / "customers.csv")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    for line in code.splitlines():
        exec(line, names)
    assert names["leaky"].steady_state == 600  # type: ignore[attr-defined]
    assert len(names["visits"]) > 100  # type: ignore[arg-type]
