"""What a use case asks of its host: to show progress and to put a question."""

from typing import Protocol

from poi_xl.core.consent import CONSENT
from poi_xl.core.problems import Problem, Refusal


class Host(Protocol):
    """The side of a host that a use case sees."""

    def progress(self, text: str, share: float | None = None) -> None:
        """Show what is being done now, in Spanish, and how much of it is done (0 to 1) if known."""

    def accepts(self, problem: Problem) -> bool:
        """Ask whether to go on despite a problem that the user may accept knowingly."""


class SilentHost:
    """A host that shows nothing and accepts nothing; for library use and tests."""

    def progress(self, text: str, share: float | None = None) -> None:
        """Show nothing."""

    def accepts(self, problem: Problem) -> bool:  # noqa: ARG002 - the answer is always no
        """Accept nothing."""
        return False


class AskedOnce:
    """A host that puts no question twice, for work that is tried first and then done.

    Args:
        host: who is asked.
    """

    def __init__(self, host: Host) -> None:
        self._host, self._accepted = host, set[Problem]()

    def progress(self, text: str, share: float | None = None) -> None:
        """Show what is being done now."""
        self._host.progress(text, share)

    def accepts(self, problem: Problem) -> bool:
        """Ask whether to go on, unless that was answered."""
        if problem not in self._accepted and not self._host.accepts(problem):
            return False
        self._accepted.add(problem)
        return True


def require_consent(host: Host, problems: tuple[Problem, ...]) -> None:
    """Go on only if nothing is wrong, or the user accepts all that is.

    Raises:
        Refusal: problems that cannot be accepted, or that were not; all of them at once.
    """
    hard = [item for item in problems if item.code not in CONSENT]
    if hard:
        raise Refusal(problems)
    refused = [item for item in problems if not host.accepts(item)]
    if refused:
        raise Refusal(refused)
