"""Word of mouth, good and bad: how far it goes, when it dies out, whom it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import generator, whole
from loyaltylab.complaints import mouth_picture
from loyaltylab.complaints.branching import Talk

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loyaltylab.base.stats import Array

GENERATIONS, MOST_ROWS = 12, 5_000_000

Share = Annotated[float, Ge(0), Le(1)]
Told = Annotated[float, Ge(0), Le(1000)]
Satisfied = Annotated[Share, Label("satisfied customers", "share")]
ToldWell = Annotated[Told, Label("told by a satisfied talker", "persons")]
ToldBadly = Annotated[Told, Label("told by a dissatisfied talker", "persons")]
Come = Annotated[Share, Label("come after good talk", "share of the told")]
StayAway = Annotated[Share, Label("would have come, stay away", "share of those told badly")]


@model
class WordOfMouth:
    """Good and bad talk as a branching process of two types.

    A satisfied person talks with probability ``talk_well`` and tells a random number of
    people, ``told_well`` on average; of the told a share ``come``. Who comes is satisfied with
    probability ``satisfied``, and talks well in his turn; else he talks badly. A dissatisfied
    person talks with probability ``talk_badly`` and tells ``told_badly`` on average; of these a
    share ``come_anyway``; of the others a share ``stay_away`` would have come and now does not,
    and a share ``retell`` passes the bad story on as if it were his own.

    The numbers told are negative binomial, for some tell very many: with mean 11 and shape 2.5 the
    median is 9 and 13 % tell 20 or more (TARP: median 9–10, and 13 %; claim C080). All else in the
    defaults is illustrative. Nobody hears twice, and the market has no end; a real one has.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Galton, F. & Watson, H. W. (1875); Harris, T. E. (1963), The Theory of Branching Processes;
    East, Hammond & Wright (2007), International Journal of Research in Marketing 24, for good
    talk being the more common.

    Examples
    --------
    >>> mouth = WordOfMouth(customers=100)
    >>> round(mouth.radius, 3), round(mouth.good_per_bad, 2)
    (0.28, 3.27)
    >>> mouth.table()[["generation", "came", "stayed_away"]].head(3).round(2)
       generation  came  stayed_away
    0           0  9.55         2.72
    1           1  1.06         1.00
    2           2  0.16         0.30
    """

    customers: Annotated[int, Ge(0), Label("customers who begin to talk", "customers")] = 100
    satisfied: Satisfied = 0.9
    talk_well: Annotated[Share, Label("talk when satisfied", "share")] = 0.5
    talk_badly: Annotated[Share, Label("talk when dissatisfied", "share")] = 0.5
    told_well: ToldWell = 4.0
    told_badly: ToldBadly = 11.0
    shape: Annotated[
        float, Ge(0.01), Le(1e6), Label("shape of the told; low: few tell many", "-")
    ] = 2.5
    come: Come = 0.05
    come_anyway: Annotated[Share, Label("come after bad talk", "share of the told")] = 0.01
    stay_away: StayAway = 0.05
    retell: Annotated[Share, Label("pass bad talk on", "share of those told badly")] = 0.05

    @property
    def talk(self) -> Talk:
        """The branching process: type 0 is satisfied, type 1 carries a bad story."""
        s, e = self.satisfied, self.come_anyway
        bad = e * (1 - s) + (1 - e) * self.retell
        becomes = np.array([[self.come * s, self.come * (1 - s)], [e * s, bad]])
        carried = self.talk_badly if s < 1 else 0.0  # else nobody ever has a bad story to pass on
        talks = np.array([self.talk_well, carried])
        return Talk(talks, np.array([self.told_well, self.told_badly]), self.shape, becomes)

    @property
    def start(self) -> Array:
        """Expected people of each type who begin."""
        return self.customers * np.array([self.satisfied, 1 - self.satisfied])

    @property
    def radius(self) -> float:
        """Growth from a generation of talk to the next; at most 1 and talk dies out."""
        return self.talk.radius()

    @property
    def extinction(self) -> float:
        """Probability that all talk which these customers begin dies out in the end.

        Each customer is satisfied or not by chance: ``(1 − satisfied p₀ − (1 − satisfied) p₁)``
        to the power of the customers, with the survival p of talk begun by one of each type.
        """
        p = self.talk.survival()
        each = self.satisfied * p[0] + (1 - self.satisfied) * p[1]
        if each >= 1:
            return 0.0 if self.customers else 1.0
        return float(np.exp(self.customers * np.log1p(-each)))

    @property
    def good_per_bad(self) -> float | None:
        """People told well per person told badly, by the first customers; None if nobody is."""
        well, badly = self.start * self.talk.talks * self.talk.told
        return float(well / badly) if badly > 0 else None

    def effect(self, people: Array) -> Array:
        """Return how many come and how many stay away, by people of each type who may talk."""
        well, badly = np.moveaxis(people * (self.talk.talks * self.talk.told), -1, 0)
        came = well * self.come + badly * self.come_anyway
        return np.stack([came, badly * (1 - self.come_anyway) * self.stay_away], axis=-1)

    def net(self) -> float | None:
        """Return who comes less who stays away, over the whole tree; None if it has no end.

        Examples
        --------
        >>> round(WordOfMouth(customers=100).net(), 2)
        6.66
        """
        total = self.talk.total() if self.customers else np.zeros((2, 2))
        if total is None:
            return None
        came, away = self.effect(self.start @ total)
        return float(came - away)

    def per_customer(self) -> float:
        """Return the net number of new customers that one customer's talk brings.

        It is what chapter 09's bucket needs, per period if ``talk_well`` and ``talk_badly`` are
        shares that talk in a period: who comes will talk there himself, as a customer; who only
        passes a bad story on is no customer, and his talk is counted here.

        Raises
        ------
        InputError
            If retelling goes on for ever.

        Examples
        --------
        >>> round(WordOfMouth().per_customer(), 4)
        0.0601
        """
        talks = float(self.talk.talks[1])
        passed = talks * self.told_badly * (1 - self.come_anyway) * self.retell
        if passed >= 1:
            raise InputError(
                f"Bad stories multiply by {passed:.3g} from teller to teller and would never end;"
                " lower retell, told_badly or talk_badly."
            )
        each = np.array([self.satisfied, (1 - self.satisfied) / (1 - passed)])
        came, away = self.effect(each)
        return float(came - away)

    def simulate(
        self,
        generations: int = GENERATIONS,
        replications: int = 1000,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Return random runs of the talk, exact in distribution.

        Numbers of people are drawn and not people, so a billion customers cost what ten do. At
        most 1,000 generations and 5,000,000 rows. Returns ``replication, generation``;
        ``good, bad`` (people of each type in it), ``told_well, told_badly`` (by them; 0 in the
        last generation, which is not let talk).

        Examples
        --------
        >>> WordOfMouth(customers=10**9).simulate(1, 1, seed=1)[["generation", "good", "bad"]]
           generation       good       bad
        0           0  900005684  99994316
        1           1   85962644  36779573
        """
        generations = whole("generations", generations, 1, 1000)
        runs = whole("replications", replications, 1, MOST_ROWS)
        if runs * (generations + 1) > MOST_ROWS:
            raise InputError(
                f"{runs:,} replications of {generations:,} generations make more than"
                f" {MOST_ROWS:,} rows; ask for fewer of either."
            )
        rng = generator(seed)
        good = rng.binomial(self.customers, self.satisfied, runs)
        first = np.stack([good, self.customers - good])
        people, told = self.talk.simulated(first, generations, runs, rng)
        told = np.concatenate([told, np.zeros((1, 2, runs), dtype=np.int64)])
        columns = {"good": people[:, 0], "bad": people[:, 1]}
        columns |= {"told_well": told[:, 0], "told_badly": told[:, 1]}
        return pd.DataFrame(
            {
                "replication": np.repeat(np.arange(runs), generations + 1),
                "generation": np.tile(np.arange(generations + 1), runs),
                **{name: values.T.ravel() for name, values in columns.items()},
            }
        )

    def table(self) -> pd.DataFrame:
        """Return the expected talk, one row per generation from 0 to 12.

        ``generation``; ``good, bad`` (people of each type), ``told_well, told_badly`` (by
        them), ``came, stayed_away`` (because of it), and since the beginning ``came_so_far,
        stayed_away_so_far, net_so_far``.
        """
        people = self.talk.expected(self.start, GENERATIONS)
        told, effect = people * (self.talk.talks * self.talk.told), self.effect(people)
        so_far = effect.cumsum(axis=0)
        return pd.DataFrame(
            {
                "generation": np.arange(GENERATIONS + 1),
                "good": people[:, 0],
                "bad": people[:, 1],
                "told_well": told[:, 0],
                "told_badly": told[:, 1],
                "came": effect[:, 0],
                "stayed_away": effect[:, 1],
                "came_so_far": so_far[:, 0],
                "stayed_away_so_far": so_far[:, 1],
                "net_so_far": so_far[:, 0] - so_far[:, 1],
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw who came and who stayed away so far, by generation, and the net."""
        return mouth_picture.plot(self, ax)

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        mouth_picture.move(self, ax, artists)

    def sentence(self) -> str:
        """Say in one sentence how far the talk goes and what it brings."""
        return mouth_picture.sentence(self)
