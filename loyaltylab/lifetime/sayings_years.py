"""What is said about the years of a customer: a profit stream, and spend that rises with tenure."""

from __future__ import annotations

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.lifetime.selection import survivorship
from loyaltylab.lifetime.stream import CARD_1990, CARD_1994, stream_value
from loyaltylab.lifetime.tenure import tenure_slopes


def credit_card_stream(
    stream: tuple[float, ...] = CARD_1994, low_rate: float = 0.06, high_rate: float = 0.10
) -> list[Finding]:
    """Claim C063: a credit-card customer's profit stream, valued at three churn rates.

    The document prints no number. The default stream is what a newspaper of 1994 gave; the
    article's own stream of 1990 is reported, not verified, and so is all computed from it.

    Examples
    --------
    >>> [round(f.computed) for f in credit_card_stream()][:8]
    [124, 300, 530, 77, 86, 176, 267, 52]
    """
    rates = ((low_rate, "fixed_life"), (high_rate, "geometric"))
    told = "stream of a newspaper of 1994 (about -60, 30, 42, 44, 50, 56)"
    sources = (
        (stream, "", told if stream == CARD_1994 else "stream as given"),
        (CARD_1990, "; stream of 1990: reported, not verified", "as later writers report it"),
    )
    words = {"fixed_life": "fixed life", "geometric": "geometric"}
    found = []
    for money, status, source in sources:
        for rate, reading in rates:
            how = f"{words[reading]} at {rate:.0%}"
            assumption = f"{how} discount; {source}; the last profit goes on"
            values = {c: stream_value(money, c, rate, reading) for c in (0.20, 0.10, 0.05)}
            found += [
                derived(f"value at {churn:.0%} churn, {how} (USD{status})", value, assumption)
                for churn, value in values.items()
            ]
            if values[0.10]:
                gain = 100 * (values[0.05] / values[0.10] - 1)
                reading_of = f"gain from 10% to 5% churn, {how} (percent{status})"
                found.append(derived(reading_of, gain, assumption))
    return found


def tenure_and_spend(customers: int = 1000, seed: int = 0) -> list[Finding]:
    """Claim C129: years with the firm raise what a customer buys.

    In a simulation where nobody's spend grows and heavy buyers stay longer, spend rises with
    tenure all the same. The data are synthetic.

    Examples
    --------
    >>> found = tenure_and_spend()
    >>> [round(f.computed, 1) for f in found[:2]]
    [8.4, 0.3]
    """
    made = f"synthetic: {customers:,} customers, no trend in any of them"
    found = []
    for selection, who in ((1.0, "heavy buyers stay longer"), (0.0, "all leave alike")):
        panel = survivorship(customers, selection=selection, seed=seed)
        for row in tenure_slopes(panel).to_dict("records"):
            interval = f"95% interval {row['lower']:.1f} to {row['upper']:.1f}"
            reading = f"{row['slope']} slope of spend on tenure, {who} (money a year)"
            found.append(derived(reading, float(row["estimate"]), f"{made}; {who}; {interval}"))
    return found
