"""What the terminal shows of installing in LibreOffice."""

from rich.console import Console
from rich.markup import escape

from poi_xl.commands.libreoffice import InOffice


def in_office(console: Console, answer: InOffice) -> None:
    """Show what was done in LibreOffice, step by step, and what to do next."""
    if answer.office:
        _line(console, f"LibreOffice {answer.office.name}: {answer.office.program}")
    if answer.python:
        _line(console, f"Su Python: {answer.python.version}, {answer.python.executable}")
    for step in answer.steps:
        _line(console, f"  {step.what} ({step.state.value}): {step.detail}")
    _line(console, _next(answer))


def _next(answer: InOffice) -> str:
    if answer.simulated:
        return "Simulación: no se cambió nada."
    if not answer.changed:
        return "No hay nada que hacer."
    return "Listo. Si LibreOffice está abierto, ciérrelo y vuelva a abrirlo."


def _line(console: Console, text: str) -> None:
    console.print(escape(text), highlight=False, soft_wrap=True)
