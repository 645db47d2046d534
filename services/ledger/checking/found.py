"""What a check finds: which record, what is wrong with it in a sentence, and how grave it is."""

from enum import StrEnum
from typing import Any, NamedTuple

from shared.refusals import Notice


class Severity(StrEnum):
    """How grave: `alert` asks for an act, `warning` for a look, `note` is explained or settled and is told with its end."""

    ALERT = "alert"
    WARNING = "warning"
    NOTE = "note"


class Found(NamedTuple):
    """One thing found at the record `seq`; `explained` is the reason somebody gave for it."""

    seq: int
    severity: Severity
    notice: Notice
    explained: str | None = None

    def shown(self) -> dict[str, Any]:
        """Return JSON values: the check, the sentence in both languages and its figures, in cents, codes and days."""
        french, english = self.notice.sentences()
        about = {"seq": self.seq, "severity": self.severity.value, "check": self.notice.code(), "fr": french, "en": english}
        return about | {"details": self.notice.details, "explained": self.explained}
