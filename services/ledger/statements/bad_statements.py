"""Why a file of the bank cannot be read; each reason travels with the file and the line, counted from 1, 0 for the whole file."""

from shared.refusals import Refused


class UnknownForm(Refused):
    """Ce fichier n'est pas un relevé que l'on sait lire : demande à ta banque un fichier OFX, CSV, CAMT.053 ou MT940.
    This file is not a statement that can be read here: ask your bank for an OFX, CSV, CAMT.053 or MT940 file."""


class UnknownTable(Refused):
    """Les titres de ce tableau, indiqués ici, ne sont ceux d'aucune banque connue : il faut une date, un libellé et un montant.
    The headings of this table, shown here, are those of no known bank: a date, a label and an amount are needed."""


class StatementUnread(Refused):
    """Cette ligne n'est pas un texte lisible (UTF-8 ou Windows-1252), ou le fichier est trop gros : télécharge-le à nouveau.
    This line is not a readable text (UTF-8 or Windows-1252), or the file is too large: download it again."""


class TruncatedFile(Refused):
    """Ce fichier s'arrête avant la fin : télécharge-le à nouveau.
    This file stops before its end: download it again."""


class NotOfThisForm(Refused):
    """Cette ligne ne suit pas la forme du fichier.
    This line does not follow the form of the file."""


class PartMissing(Refused):
    """Il manque une partie que ce fichier doit avoir : celle qui est indiquée.
    A part that this file has to have is missing: the one shown."""


class UnreadableDay(Refused):
    """Il faut ici une date, et ceci n'en est pas une.
    A date is needed here, and this is not one."""


class UnreadableAmount(Refused):
    """Il faut ici une somme avec deux décimales au plus, et ceci n'en est pas une.
    A sum with two decimals at most is needed here, and this is not one."""


class SignUnclear(Refused):
    """On ne peut pas dire si cet argent entre ou sort : le sens manque, ou deux indications se contredisent.
    Nobody can tell whether this money comes in or goes out: the direction is missing, or two signs of it disagree."""


class UnreadableText(Refused):
    """Le libellé de cette ligne manque, est trop long ou contient un caractère qui ne peut pas être gardé.
    The label of this line is missing, too long or contains a character that cannot be kept."""


class LineTwice(Refused):
    """La même opération est là deux fois : deux achats le même jour sont permis, mais ici la banque n'en compte qu'un.
    The same operation is there twice: two purchases on one day are fine, but here the bank counts only one."""


class OperationsDiffer(Refused):
    """Le fichier annonce un autre nombre d'opérations que celui qu'on y trouve.
    The file announces another number of operations than it holds."""


class BalancesDoNotAddUp(Refused):
    """Le solde de départ et les opérations ne donnent pas le solde d'arrivée : il manque la somme indiquée.
    The opening balance and the operations do not give the closing balance: the sum shown is missing."""


class BalanceMissing(Refused):
    """Ce fichier ne dit aucun solde : indique celui de la fin, tel qu'il est sur le relevé.
    This file states no balance: give the closing one, as it stands on the statement."""


class OtherCurrency(Refused):
    """Cet argent n'est pas en euros, et les comptes de la coopérative le sont.
    This money is not in euros, and the books of the cooperative are."""


class SeveralAccounts(Refused):
    """Ce fichier parle de plusieurs comptes : télécharge un fichier par compte.
    This file is about several accounts: download one file for each account."""


class NothingInside(Refused):
    """Ce fichier ne contient ni opération ni période.
    This file holds neither an operation nor a period."""


class TooManyLines(Refused):
    """Ce relevé a trop d'opérations pour être lu en une fois : télécharge une période plus courte.
    This statement has too many operations to be read at once: download a shorter period."""
