"""Why an operation of the bank may be an entry of the books, the strongest reason first."""

from typing import Final

from shared.refusals import Sentence


class SameCheque(Sentence):
    """Le numéro du chèque et la somme sont les mêmes.
    The number of the cheque and the sum are the same."""


class SameSlip(Sentence):
    """La somme est celle d'un bordereau de remise.
    The sum is that of a deposit slip."""


class SameWordsAndDays(Sentence):
    """La somme est la même, le libellé a des mots en commun et les dates sont proches.
    The sum is the same, the label has words in common and the dates are close."""


class SameWords(Sentence):
    """La somme est la même et le libellé a des mots en commun.
    The sum is the same and the label has words in common."""


class SameDays(Sentence):
    """La somme est la même et les dates sont proches.
    The sum is the same and the dates are close."""


class SameSum(Sentence):
    """La somme est la même, à une date plus éloignée.
    The sum is the same, on a date further away."""


class SeveralEntries(Sentence):
    """Plusieurs écritures font ensemble cette somme.
    Several entries make this sum together."""


class SeveralLines(Sentence):
    """Plusieurs opérations de la banque font ensemble la somme de cette écriture.
    Several operations of the bank make the sum of this entry together."""


REASONS: Final[tuple[type[Sentence], ...]] = (
    SameCheque, SameSlip, SameWordsAndDays, SameWords, SameDays, SameSum, SeveralEntries, SeveralLines,
)  # fmt: skip
