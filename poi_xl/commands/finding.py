"""What looking at a computer or a workbook found: one line of `diagnostico`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from poi_xl.core.problems import Problem, Severity

FINE, FACT = "bien", "dato"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        group: heading that it belongs under.
        topic: what was looked at.
        value: what was found.
        problem: what is wrong with it, and its remedy.
        fact: whether it can be neither right nor wrong.
    """

    group: str
    topic: str
    value: str
    problem: Problem | None = None
    fact: bool = False

    @property
    def state(self) -> str:
        """One word for how it stands."""
        if self.problem:
            return self.problem.severity.value
        return FACT if self.fact else FINE

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "grupo": self.group,
            "tema": self.topic,
            "estado": self.state,
            "valor": self.value,
            "codigo": self.problem.code if self.problem else "",
            "mensaje": self.problem.message if self.problem else "",
            "remedio": self.problem.remedy if self.problem else "",
            "guia": self.problem.guide if self.problem else "",
        }


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether something found will not let poi_xl work."""
    return any(each.problem and each.problem.severity is Severity.ERROR for each in findings)


def as_text(findings: Iterable[Finding]) -> str:
    """Return findings as plain text to copy into a message, problems with their remedies."""
    lines: list[str] = []
    group = ""
    for each in findings:
        if each.group != group:
            group = each.group
            lines += ["", group]
        mark = "" if each.state in (FINE, FACT) else f" [{each.state}]"
        lines.append(f"  {each.topic}: {each.value}{mark}")
        if each.problem:
            lines.append(f"    {each.problem}")
    return "\n".join(lines).lstrip("\n") + "\n"
