"""How word of mouth is drawn and put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltylab.base import figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loyaltylab.complaints.mouth import WordOfMouth

MANY = 1e10
"""From here on an axis counts people in powers of ten."""


def plot(mouth: WordOfMouth, ax: Axes | None) -> Axes:
    """Draw who came and who stayed away so far, by generation, and the net."""
    ax = fig.axes(
        ax,
        title="What talk brings and what it keeps away",
        x="generation of talk (0: the customers who begin)",
        y="people so far (expected)",
    )
    style: list[tuple[str, str, str, str]] = [
        ("came", fig.BLUE, "-", "came"),
        ("away", fig.RED, "--", "stayed away"),
        ("net", "black", "-.", "net"),
    ]
    for gid, colour, dash, text in style:
        ax.plot([], [], color=colour, ls=dash, lw=2.2, gid=gid, label=fig.label(text))
    ax.axhline(0, color=fig.GREY, lw=1.4, ls=":", gid="end", label=fig.label("net in the end"))
    fig.legend_above(ax)
    counts(ax)
    mouth.move(ax, fig.moving(ax))
    return ax


def move(mouth: WordOfMouth, ax: Axes, artists: dict[str, Any]) -> None:
    """Move the artists of :func:`plot`."""
    table, end = mouth.table(), mouth.net()
    net = table["net_so_far"]
    artists["came"].set_data(table["generation"], table["came_so_far"])
    artists["away"].set_data(table["generation"], table["stayed_away_so_far"])
    artists["net"].set_data(table["generation"], net)
    top = float(table[["came_so_far", "stayed_away_so_far"]].to_numpy().max())
    near = end is not None and abs(end) <= 4 * max(top, 1.0)
    level = end if near and end is not None else 0.0
    artists["end"].set_ydata([level, level])
    artists["end"].set_visible(near)
    low = min(float(net.min()), level, 0.0)
    ax.set_xlim(0, float(table["generation"].iloc[-1]))
    ax.set_ylim(-fig.ceiling(-1.02 * low) if low < 0 else 0, fig.ceiling(1.02 * max(top, level)))


def counts(ax: Axes) -> None:
    """Write the people of the y axis in full, and in powers of ten where very many.

    Examples
    --------
    >>> ax = fig.axes(fig.canvas().subplots(), title="Talk", x="generation", y="people")
    >>> counts(ax)
    >>> [ax.yaxis.get_major_formatter()(v) for v in (2.5, -12_000.0, 2e9, 5e49)]
    ['2.5', '−12,000', '2,000,000,000', '5e+49']
    """
    usual = ax.yaxis.get_major_formatter()

    def text(value: float, place: float | None = None) -> str:
        few = abs(value) < MANY
        return str(usual(value)) if few else f"{value:.3g}".replace("-", "−")

    ax.yaxis.set_major_formatter(text)


def sentence(mouth: WordOfMouth) -> str:
    """Say how far talk goes, whether it dies out, and what it brings."""
    if not mouth.customers:
        return (
            "There are 0 customers to begin, so nobody talks, nobody comes and nobody stays away."
        )
    radius, net = mouth.radius, mouth.net()
    grows = f"multiplies by {radius:.3g} from a generation to the next"
    first = mouth.table().iloc[0]
    happy = f"{100 * mouth.satisfied:.3g}%"
    some = "1 customer" if mouth.customers == 1 else f"{mouth.customers:,} customers"
    who = f"The talk of {some}, {happy} of them satisfied,"
    at_once = (
        f"brings {people(first['came'])} at once and keeps {people(first['stayed_away'])} away"
    )
    if net is not None:
        end = f"dies out, with a net of {people(net)} new customers in the end"
    elif radius <= 1:
        end = "dies out all the same, though its expected size has no limit"
    else:
        chance = 100 * mouth.extinction
        if chance < 0.05:
            end = "hardly ever dies out, but grows without end"
        elif chance > 99.95:
            end = "nearly always dies out, else grows without end"
        else:
            end = f"dies out with a probability of {chance:.3g}%, else grows without end"
    return f"{who} {at_once}, {grows} and {end}."


def people(number: float) -> str:
    """Write a number of people: a decimal where they are few, powers of ten where very many.

    Examples
    --------
    >>> people(-2.25), people(1234.0), people(1e20)
    ('−2.2', '1,234', '1e+20')
    """
    if abs(number) >= 1e15:
        text = f"{number:.3g}"
    else:
        text = (
            f"{number:,.0f}"
            if abs(number) >= 100
            else f"{number:.2g}"
            if abs(number) < 1
            else f"{number:.1f}"
        )
    return text.replace("-", "−") if abs(number) < 1e15 else text
