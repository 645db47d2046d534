"""The example of a settings file, one commented line per setting, written from the settings themselves by `make pages`."""

from pathlib import Path

from shared.settings import PREFIX, Settings

EXAMPLE = Path(__file__).with_name("settings.example.env")
OPENING = """# Settings of one installation: environment variables, each optional. Copy this file, uncomment what differs, and load it
# (systemd's EnvironmentFile, or `set -a; . ./ruche.env`); its owner alone should read it when an address holds a password.
# An unknown RUCHE_ variable stops the start.
# Written by `make pages` from shared/settings.py, and compared by a test: do not edit it by hand.
"""


def example() -> str:
    """Return the text of the example: what each setting is for, and what it is unless set."""
    fields = Settings.model_fields.items()
    return OPENING + "".join(
        f"\n# {field.description}\n#{PREFIX}{name.upper()}={'' if field.default is None else field.default}\n" for name, field in fields
    )


def write(path: Path = EXAMPLE) -> None:
    """Write the example anew."""
    path.write_text(example(), "utf8")


if __name__ == "__main__":
    write()
