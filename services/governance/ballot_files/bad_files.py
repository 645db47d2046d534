"""Why a file of ballot papers cannot be read or written; each reason travels with the file and the line, counted from 1."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.governance.events.papers import OPTIONS_MAX
from shared.refusals import Refused
from shared.text import fault_of
from shared.values import LABEL_LENGTH_MAX

FILE_BYTES_MAX: Final = 50_000_000  # the largest city in Pabulib is about half of it
PAPERS_MAX: Final = 1_000_000  # of one pile, as in `Count`
SHOWN_MAX: Final = 60  # characters of a bad line that are quoted
NUMBER: Final = re.compile(r"[0-9]{1,9}")


class UnknownFormat(Refused):
    """Cette extension de fichier n'est pas connue : il faut l'une de celles qui sont indiquées.
    This file extension is not known: it has to be one of those shown."""


class NotText(Refused):
    """Ce fichier n'est pas un texte lisible (UTF-8), ou il est trop gros.
    This file is not a readable text (UTF-8), or it is too large."""


class HeadingMissing(Refused):
    """Il manque une ligne que ce format demande : celle qui est indiquée.
    A line that this format asks for is missing: the one shown."""


class NotOfThisFormat(Refused):
    """Cette ligne ne suit pas le format du fichier.
    This line does not follow the format of the file."""


class NotANumber(Refused):
    """Il faut ici un nombre entier, sans signe, qui ne soit pas trop grand.
    A whole number is needed here, without a sign and not too large."""


class NotAnAmount(Refused):
    """Il faut ici une somme au-dessus de zéro, avec deux décimales au plus.
    An amount above zero is needed here, with two decimals at most."""


class OptionNotDeclared(Refused):
    """Ce bulletin nomme une option que le fichier ne déclare pas.
    This paper names an option that the file does not declare."""


class OptionTwice(Refused):
    """La même option est là deux fois.
    The same option is there twice."""


class OptionsBeyondLimit(Refused):
    """Ce fichier a trop d'options.
    This file has too many options."""


class OptionsLeftOut(Refused):
    """Un bulletin de ce format nomme toutes les options, et celui-ci en oublie.
    A paper of this format names every option, and this one leaves some out."""


class EqualsNotAllowed(Refused):
    """Un bulletin de ce format ne met pas deux options à égalité.
    A paper of this format does not put two options side by side."""


class NumbersDiffer(Refused):
    """L'en-tête annonce un autre nombre que celui qu'on trouve en comptant.
    The heading announces another number than the one that counting gives."""


class CannotBeWritten(Refused):
    """Ce format ne sait pas dire ce que disent ces bulletins : choisis-en un autre.
    This format cannot say what these papers say: choose another one."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one file that have something on them, each with its number."""

    file: str
    text: str

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self.text.split("\n"), 1):
            if line.strip():
                yield number, line.strip()

    def bad(self, why: type[Refused], line: int, found: str = "") -> Refused:
        """Return a refusal of one line; line 0 is the whole file."""
        return why(file=self.file, line=line, found=found[:SHOWN_MAX])

    def number(self, text: str, line: int, most: int = PAPERS_MAX) -> int:
        """Read a whole number from 0. Raises NotANumber."""
        text = text.strip()
        if not NUMBER.fullmatch(text) or int(text) > most:
            raise self.bad(NotANumber, line, text)
        return int(text)

    def name(self, text: str, line: int) -> str:
        """Read a name or a title, in the normal form of our texts. Raises NotOfThisFormat for an empty or too long one."""
        name = unicodedata.normalize("NFC", text.strip())
        if not 1 <= len(name) <= LABEL_LENGTH_MAX or fault_of(name):
            raise self.bad(NotOfThisFormat, line, name)
        return name

    def number_of_options(self, text: str, line: int) -> int:
        """Read how many options there are. Raises NotANumber, OptionsBeyondLimit."""
        number = self.number(text, line)
        if not 1 <= number <= OPTIONS_MAX:
            raise self.bad(OptionsBeyondLimit if number else NotANumber, line, text)
        return number


def text_of(file: str, stored: bytes) -> str:
    """Decode a file. Raises NotText."""
    try:
        text = stored.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText(file=file, line=0) from None
    if len(stored) > FILE_BYTES_MAX or "\0" in text:
        raise NotText(file=file, line=0)
    return text.replace("\r\n", "\n")
