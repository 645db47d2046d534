"""The demo: the sample year played in a sandbox register, and the personas through whose eyes a visitor may look."""

import secrets
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from deploy.assembly import Doors
from deploy.sample import Sample
from deploy.score import play
from deploy.stage import Stage
from services.governance.sign_in import Persona
from shared.messages import id_from
from shared.web.tokens import Claims

PLAYED = "demo.json"  # in the data folder: which register was played, by which score, and until which day
SCORE = 4  # raised when what is played changes: a register that another score began is left as it is, and a new one is played
LABELS = {
    "pupil": ("Élève", "Pupil"),
    "pupil_treasurer": ("Trésorière ou trésorier de classe", "Class treasurer"),
    "pupil_president": ("Présidente ou président de classe", "Class president"),
    "class_teacher": ("Enseignante ou enseignant", "Class teacher"),
    "mandate_holder": ("Mandataire", "Mandate holder"),
    "second_mandate_holder": ("Second mandataire", "Second mandate holder"),
    "tellers": ("Scrutateur", "Teller"),
    "verifier": ("Vérificateur aux comptes", "Account verifier"),
    "association_officer": ("Association départementale", "Departmental association"),
    "parent": ("Parent", "Parent"),
}
Told = Callable[[int], None]


def played(doors: Doors, data: Path, today: date, moved: Told, sample: Sample | None = None) -> tuple[str, list[Persona]]:
    """Play the sample in this installation's sandbox register, or find it played; return the register and the personas."""
    sample = sample or Sample()
    known = _known(data)
    register = known.get("register") or id_from(secrets.token_bytes(32))
    if known.get("until") != today.isoformat():
        _keep(data, {"register": register, "score": SCORE})
        play(Stage(doors, register, sample), today, moved)
        _keep(data, {"register": register, "score": SCORE, "until": today.isoformat()})
    return register, personas(doors, register, sample)


def personas(doors: Doors, register: str, sample: Sample) -> list[Persona]:
    """Return the personas of the sample, each with the claims of a token; labels name a role, never a person."""
    found: list[Persona] = []
    for role, (french, english) in LABELS.items():
        codes: Any = sample.setup["personas"][role]
        several = isinstance(codes, list)
        for number, code in enumerate(codes if several else [codes], start=1):
            actor = doors.vault.person_by_code(register, code)
            if actor is not None:
                suffix = f" {number}" if several else ""
                association = sample.setup["association"]["code"] if role == "association_officer" else None
                claims = Claims(actor, register, association, int(time.time()), 0)
                found.append(Persona(role + suffix.replace(" ", "_"), french + suffix, english + suffix, claims))
    return found


def _known(data: Path) -> dict[str, Any]:
    path = data / PLAYED
    told: dict[str, Any] = orjson.loads(path.read_bytes()) if path.exists() else {}
    return told if told.get("score") == SCORE else {}


def _keep(data: Path, told: dict[str, Any]) -> None:
    draft = (data / PLAYED).with_suffix(".new")
    draft.write_bytes(orjson.dumps(told))
    draft.replace(data / PLAYED)
