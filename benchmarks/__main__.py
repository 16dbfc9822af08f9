"""Measure everything in one run, print it, and write results.csv and the README's table."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks import (
    bootstraps,
    customers,
    engine,
    grading,
    lifetimes_rival,
    linked,
    panels,
    shapley,
    slider,
)
from benchmarks.measure import Row, machine

HERE = Path(__file__).parent
MARKS = ("<!-- benchmarks -->", "<!-- /benchmarks -->")
TITLES = {
    "slider": "One move of a slider",
    "customers": "Random runs by the number of customers",
    "speed": "One random run",
    "floor": "The floor: numpy's binomial",
    "firm": "The linked firm",
    "bootstrap": "Bootstrap of survey measures",
    "lmg": "Shares of R² (LMG)",
    "panels": "A panel of ten million purchases",
    "customer base": "A customer base of fifty million purchases",
    "grading": "Grading a notebook",
    "repeat buying": "BG/NBD of a million customers, with standard errors",
}


def main() -> None:
    console = Console(width=130)
    where = machine()
    console.print(where)
    for rival in ("mesa", "lifetimes", "nbgrader"):
        if not importlib.util.find_spec(rival):
            console.print(f"{rival} is not installed, so it is left out: pip install '.[bench]'")
    rows: list[Row] = []
    parts = (slider.rows, engine.flatness, engine.speed, engine.floor, linked.rows)
    later = (
        lifetimes_rival.rows,
        bootstraps.rows,
        shapley.rows,
        panels.rows,
        customers.rows,
        grading.rows,
    )
    for measured in (*parts, *later):
        found = measured()
        if not found:
            continue
        console.print(pretty(found))
        rows += found
    table = pd.DataFrame(rows)
    table.assign(machine=where).to_csv(HERE / "results.csv", index=False, float_format="%.8g")
    quote(markdown(rows, where))
    console.print("written: benchmarks/results.csv, and the table in README.md")


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
    """The table that the README quotes: what is compared, and the ratio."""
    values = {row.case: row for row in rows}
    lines = [
        f"Measured in one run: {where}. CPU time, medians; the wall clock where a row says so.",
        "",
    ]
    lines += ["| ours | against | ratio |", "|---|---|---:|"]
    for row in rows:
        if row.ratio is not None and row.quoted:
            ours = values[row.against]
            lines.append(
                f"| {ours.case}: {number(ours.value)} {ours.unit} | {row.case}:"
                f" {number(row.value)} | {number(row.ratio)} × |"
            )
    return "\n".join(lines) + "\n"


def quote(table: str) -> None:
    """Put the table between its marks in the README."""
    readme = HERE.parent / "README.md"
    head, rest = readme.read_text(encoding="utf-8").split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    readme.write_text(f"{head}{MARKS[0]}\n{table}{MARKS[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
