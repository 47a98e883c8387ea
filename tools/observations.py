"""The page of observations, made from the catalogue of problems and the words that tests expect."""

import re
from collections.abc import Iterator, Mapping

from poi_xl.core.catalogue.kind import Kind, without_facts
from poi_xl.core.problems import Severity
from tests.problems.golden import Golden

_INTRODUCTION = """\
# Observaciones

Todo lo que poi_xl puede decir, por código. Los códigos no cambian de significado entre versiones.

- **error** (`POI-E…`): algo está mal, o la orden no pudo continuar; entonces no se escribió nada.
- **advertencia** (`POI-A…`): conviene revisarlo; la orden continúa.
- **nota** (`POI-N…`): es bueno saberlo; no hay nada que corregir.

Una observación dice el código, dónde está (hoja y celda, o archivo), qué pasa y qué hacer. Las del
plan las dicen `poi-xl revisar`, la hoja *Observaciones* y la función `POI_OBSERVACIONES()`; las
demás, la orden o el botón que se topa con ellas. Las celdas y filas que no se cuentan siempre se
dicen, una por una o con su número. Para llegar a un código sin buscarlo: `poi-xl ayuda POI-E43`, o
*Ayuda* con su fila elegida en la hoja *Observaciones*. Cada ejemplo es de una prueba que lo
reproduce.
"""


def observations_page(parts: Mapping[str, Mapping[str, Kind]], golden: Mapping[str, Golden]) -> str:
    """Return the page in Markdown.

    Args:
        parts: the catalogue, part by part, by its Spanish title.
        golden: what tests expect to be told, by code.
    """
    sections = [_part(title, kinds, golden) for title, kinds in parts.items()]
    return "\n".join([_INTRODUCTION, *sections])


def _part(title: str, kinds: Mapping[str, Kind], golden: Mapping[str, Golden]) -> str:
    index = [f"[{code}](#{code.lower()})" for code in kinds]
    sections = [_section(code, kind, golden.get(code)) for code, kind in kinds.items()]
    return "\n".join([f"## {title}", "", " · ".join(index), "", *sections])


def _section(code: str, kind: Kind, golden: Golden | None) -> str:
    return "\n".join([f"### {code}", "", *_lines(code, kind, golden), ""])


def _lines(code: str, kind: Kind, golden: Golden | None) -> Iterator[str]:
    yield f"*{Severity.of(code)}* · {_shown(kind.message)}"
    yield ""
    yield f"**Qué hacer:** {_shown(kind.remedy)}"
    if golden:
        yield ""
        yield f"**Ejemplo**, con {_who(golden.by)}:"
        yield ""
        yield f"    {golden.text}"


def _shown(template: str) -> str:
    """A text as a sentence of the page; facts of each case are dots."""
    return re.sub(r"([*<])", r"\\\1", without_facts(template))


def _who(by: str) -> str:
    if ": " in by:
        return by
    return f"`{by}`" if by.endswith("()") else f"`poi-xl {by}`"
