"""What governance's commands need besides the register, from wherever it comes: one bringer made of several."""

from collections.abc import Mapping
from typing import Any

from shared.deciding import State
from shared.handling import Bringer
from shared.messages import Circumstances, Command


class GovernanceBringer:
    """Asks each bringer for what it brings; what they bring has different names."""

    def __init__(self, *bringers: Bringer) -> None:
        """Take the bringers in the order in which they are asked."""
        self._bringers = bringers
        self.commands: frozenset[type[Command]] = frozenset().union(*(one.commands for one in bringers))

    def bring(self, register: str, state: State, command: Command, given: Circumstances) -> Mapping[str, Any]:
        """Return all that is brought. Raises Busy, or a refusal."""
        brought: dict[str, Any] = {}
        for one in self._of(command):
            brought |= one.bring(register, state, command, given)
        return brought

    def recorded(self, register: str, command: Command) -> None:
        """Let each let go of what it brought."""
        for one in self._of(command):
            one.recorded(register, command)

    def _of(self, command: Command) -> list[Bringer]:
        return [one for one in self._bringers if type(command) in one.commands]
