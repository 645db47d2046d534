"""What each French sentence of the pages becomes in English, or for the youngest."""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.pofile import read_po

from shared.web.formats import LANGUAGES, Language, is_singular
from shared.web.reader import READER

# A gettext context: the wording for readers of 6 to 8, where the ordinary one is too hard.
FOR_THE_YOUNGEST = "petits"
Key = tuple[Language, str | None, str]


class Wordings:
    """The gettext of the pages, for the reader of the moment (`READER`).

    French is the source: `en.po` holds the English, `fr.po` holds only wordings for the youngest. Catalogues are read once, from
    `<folder>/fr.po` and `<folder>/en.po`; a sentence that two folders translate differently is a ValueError.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._forms: dict[Key, tuple[str, ...]] = {}
        for folder in folders:
            for language in LANGUAGES:
                path = folder / f"{language}.po"
                if path.exists():
                    self._read(path, language)

    def gettext(self, message: str) -> str:
        """The sentence, as this reader reads it."""
        return self._found(None, message, message)[0]

    def ngettext(self, singular: str, plural: str, count: float) -> str:
        """The sentence for a count; 0 and 1,5 are singular in French."""
        return self._counted(None, singular, plural, count)

    def pgettext(self, context: str, message: str) -> str:
        """The sentence, where the same French words mean two things."""
        return self._found(context, message, message)[0]

    def npgettext(self, context: str, singular: str, plural: str, count: float) -> str:
        """Both at once."""
        return self._counted(context, singular, plural, count)

    def _counted(self, context: str | None, singular: str, plural: str, count: float) -> str:
        forms = self._found(context, singular, singular, plural)
        return forms[0] if is_singular(count, READER.get().language) else forms[-1]

    def _found(self, context: str | None, message: str, *french: str) -> tuple[str, ...]:
        reader = READER.get()
        if reader.level == "petits" and (forms := self._forms.get((reader.language, FOR_THE_YOUNGEST, message))):
            return forms
        return self._forms.get((reader.language, context, message)) or french

    def _read(self, path: Path, language: Language) -> None:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        for entry in catalogue:
            source = entry.id if isinstance(entry.id, str) else entry.id[0]
            said = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
            if not source or entry.fuzzy or not said or not all(said):
                continue
            known = self._forms.setdefault((language, entry.context, source), said)
            if known != said:
                message = f"{path}: {source!r} is already translated as {known}"
                raise ValueError(message)
