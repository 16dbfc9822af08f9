"""Measure everything in one run, print it, and write results.csv and results.md beside this."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks import engine, slider
from benchmarks.measure import Row, machine

HERE = Path(__file__).parent
TITLES = {
    "slider": "One move of a slider",
    "customers": "Random runs by the number of customers",
    "speed": "One random run",
    "floor": "The floor: numpy's binomial",
}


def main() -> None:
    console = Console(width=130)
    where = machine()
    console.print(where)
    if not importlib.util.find_spec("mesa"):
        console.print('mesa is not installed, so it is left out: python -m pip install ".[bench]"')
    rows: list[Row] = []
    for measured in (slider.rows, engine.flatness, engine.speed, engine.floor):
        found = measured()
        console.print(pretty(found))
        rows += found
    table = pd.DataFrame(rows)
    table.assign(machine=where).to_csv(HERE / "results.csv", index=False, float_format="%.4g")
    (HERE / "results.md").write_text(markdown(rows, where), encoding="utf-8")
    console.print(f"written: {HERE / 'results.csv'}, {HERE / 'results.md'}")


def cells(row: Row) -> tuple[str, str, str, str]:
    """Write a row's case, value, unit and ratio for a reader."""
    ratio = "" if row.ratio is None else f"{number(row.ratio)} × {row.against}"
    return row.case, number(row.value), row.unit, ratio


def number(value: float) -> str:
    """Write a number with two or three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.3g}"


def pretty(rows: list[Row]) -> Table:
    table = Table(title=TITLES[rows[0].benchmark], title_justify="left")
    for name, side in (("case", "left"), ("value", "right"), ("unit", "left"), ("ratio", "left")):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*cells(row))
    return table


def markdown(rows: list[Row], where: str) -> str:
    """One table that the README quotes."""
    lines = [f"Measured in one run: {where}.", ""]
    lines += ["| what | case | value | unit | ratio |", "|---|---|---:|---|---|"]
    lines += [f"| {' | '.join((TITLES[row.benchmark], *cells(row)))} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
