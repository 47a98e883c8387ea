"""What a use case asks of its host: to show progress and to put a question."""

from typing import Protocol

from poi_xl.core.problems import CONSENT, Problem, Refusal


class Host(Protocol):
    """The side of a host that a use case sees."""

    def progress(self, text: str) -> None:
        """Show what is being done now, in Spanish."""

    def accepts(self, problem: Problem) -> bool:
        """Ask whether to go on despite a problem that the user may accept knowingly."""


class SilentHost:
    """A host that shows nothing and accepts nothing; for library use and tests."""

    def progress(self, text: str) -> None:
        """Show nothing."""

    def accepts(self, problem: Problem) -> bool:  # noqa: ARG002 - the answer is always no
        """Accept nothing."""
        return False


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
