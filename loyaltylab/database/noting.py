"""How contacts and answers come into a customer base, by the rules of everything else."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from loyaltylab.database import checks
from loyaltylab.database.adding import Filling
from loyaltylab.database.arguments import ends, named
from loyaltylab.database.report import LoadReport
from loyaltylab.database.staging import Decimal, Duplicates


class Noting(Filling):
    """What passes between the firm and its customers besides purchases; see :class:`Filling`."""

    def add_contacts(
        self,
        data: Any,
        *,
        customer: Hashable = "customer",
        date: Hashable = "date",
        kind: Hashable = "kind",
        text: Hashable | None = None,
        key: Hashable | Sequence[Hashable] | None = None,
        date_format: str | None = None,
        duplicates: Duplicates = "reject",
    ) -> LoadReport:
        """Load contacts: calls, letters, complaints, coupons; parameters as of purchases.

        Examples
        --------
        >>> import pandas as pd
        >>> from loyaltylab.database import CustomerBase
        >>> calls = pd.DataFrame({"customer": ["07"], "date": "2024-01-05", "kind": "call"})
        >>> CustomerBase.open(":memory:").add_contacts(calls).added
        1
        """
        columns = {"customer": customer, "date": date, "kind": kind, **named({"text": text})}
        return self._load(
            "contacts", data, columns, key=key, date_format=date_format, duplicates=duplicates
        )

    def add_survey(
        self,
        data: Any,
        *,
        scale: tuple[float, float],
        customer: Hashable = "customer",
        date: Hashable = "date",
        question: Hashable = "question",
        score: Hashable = "score",
        text: Hashable | None = None,
        key: Hashable | Sequence[Hashable] | None = None,
        date_format: str | None = None,
        decimal: Decimal = ".",
        duplicates: Duplicates = "reject",
    ) -> LoadReport:
        """Load answers, one row for each question answered; a score off the scale is rejected.

        Parameters
        ----------
        data
            A frame, a file, a pattern of file names, or a list of them.
        scale
            Lowest and highest score, such as ``(1, 5)``; a 9 or 99 for "no answer" is off it.
        customer, date, question, score, text, key, date_format, decimal, duplicates
            As of :meth:`add_purchases`.

        Examples
        --------
        >>> import pandas as pd
        >>> from loyaltylab.database import CustomerBase
        >>> said = pd.DataFrame({"customer": ["07", "08"], "date": "2024-01-05",
        ...                      "question": "satisfied?", "score": [4, 99]})
        >>> CustomerBase.open(":memory:").add_survey(said, scale=(1, 5)).causes[0].cause
        'answer off the scale'
        """
        lowest, highest = ends(scale)
        columns = {"customer": customer, "date": date, "question": question, "score": score}
        return self._load(
            "survey",
            data,
            columns | named({"text": text}),
            key=key,
            date_format=date_format,
            decimal=decimal,
            duplicates=duplicates,
            extra=(checks.off_scale(), checks.no_answer()),
            values={"lowest": lowest, "highest": highest},
        )
