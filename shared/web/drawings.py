"""The signs and the logo, drawn inside the page so that they take its colours and cost no request."""

import re

from markupsafe import Markup

from shared.web.static_files import StaticFiles

SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
SPACES = re.compile(r">\s+<")
# Three cells of a hive, one for each service that writes: votes, projects, money. Overlapping, as they do in the register.
LOGO = Markup(
    '<svg class="logo" viewBox="0 0 48 48" aria-hidden="true" focusable="false">'
    '<path class="cell-votes" d="M16 4l10.4 6v12L16 28 5.6 22V10z"/>'
    '<path class="cell-projects" d="M32 4l10.4 6v12L32 28l-10.4-6V10z"/>'
    '<path class="cell-money" d="M24 18l10.4 6v12L24 42l-10.4-6V24z"/></svg>'
)


class Icons:
    """Draws Lucide's signs: `icon("vote")` is decoration, `icon("vote", _("Vote ouvert"))` says what it means."""

    def __init__(self, static: StaticFiles) -> None:
        self._static = static
        self._shapes: dict[str, str] = {}

    def __call__(self, name: str, label: str = "") -> Markup:
        """An inline SVG of 1.25 em; KeyError for a sign that is not vendored."""
        if name not in self._shapes:
            self._shapes[name] = self._read(name)
        said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="icon" viewBox="0 0 24 24" focusable="false" {}>{}</svg>').format(said, Markup(self._shapes[name]))  # noqa: S704 - vendored, hashed

    def _read(self, name: str) -> str:
        shapes = SHAPES.search(self._static.text(f"vendor/lucide/{name}.svg"))
        if shapes is None:
            message = f"{name} is not a drawing"
            raise ValueError(message)
        return SPACES.sub("><", shapes[1].strip())
