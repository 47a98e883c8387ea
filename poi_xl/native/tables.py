"""Tables cell by cell: what a function that answers with a table becomes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from poi_xl.core.indicators import GroupMethod
from poi_xl.core.period import MONTHS, Period
from poi_xl.core.plan import By, Plan
from poi_xl.core.problems import Refusal
from poi_xl.core.text import a1, fold, from_a1
from poi_xl.functions import BY_NAME, Context, Failure, Given, Kind, answer, arguments
from poi_xl.functions.arguments import Measure
from poi_xl.native.builders import BLANK, ByKind, by_kind, chosen_of, method_of
from poi_xl.native.calls import Argument, Call, FormulaError, parse, quoted, split_reference
from poi_xl.native.folding import literal
from poi_xl.native.formulas import Selection, Writer
from poi_xl.native.given import NoValue, Reader
from poi_xl.native.keysheet import Content
from poi_xl.native.naming import NO_VALUE
from poi_xl.native.terms import UNIT, Masked, Months, Row

Block = list[list[Content]]


def series(call: Call, sheet: str, reader_of: Callable[[Call], Reader]) -> Block:
    """Return the twelve months of each name that a call gives."""
    return [_months(reader_of(row[0]), by_kind(row[0])) for row in spread(call, sheet)]


def _months(reader: Reader, given: ByKind) -> list[Content]:
    words, chosen = given.get(Kind.MEASURE, BLANK), chosen_of(reader, given)
    value = reader.constant(words)
    if words.is_blank or value is not None:
        try:
            months = reader.writer.months(chosen.selection, arguments.measure_of(value).value)
        except Refusal:
            raise NoValue from None
    else:
        months = _by_cell(reader, words, chosen.selection)
    return [f"={chosen.guarded(month)}" for month in months]


def _by_cell(reader: Reader, words: Argument, chosen: Masked) -> list[str]:
    """The months of the measure that a cell names."""
    wanted = reader.name(words)
    months = [NO_VALUE] * len(MONTHS)
    for measure in reversed(Measure):
        names = f"{wanted}={literal(measure.value)}"
        if measure is Measure.PLANNED:
            names = f'OR({names},{wanted}="")'
        shown = map(reader.writer.naming.share, reader.writer.months(chosen, measure.value))
        months = [
            f"IF({names},{month},{other})" for month, other in zip(shown, months, strict=True)
        ]
    return months


def summary(reader: Reader, given: ByKind) -> Iterator[list[Content]]:
    """Yield the rows of POI_RESUMEN, headings first."""
    by, months = _literal_grouping(reader, given), reader.period(given.get(Kind.PERIOD, BLANK))
    writer, context = reader.writer, reader.writer.terms.context
    heads, *rows = _answered(context, "POI_RESUMEN", by.value, None)
    yield [str(head) for head in heads]
    names = len(heads) - 10
    for group, row in enumerate(rows):
        chosen = _group(reader, by, group)
        method = GroupMethod.SUMS if by is By.ACTIVITY else method_of(writer)
        yield [*map(str, row[:names]), *_figures(writer, chosen, months, method)]


def _figures(
    writer: Writer, chosen: Selection, months: Months, method: GroupMethod
) -> list[Content]:
    """The figures of `functions.tables`: activities, META, … up to the mean with a cap."""
    ratio = writer.ratio(chosen, months, method)
    texts = (
        chosen.count(),
        writer.plain(writer.target(chosen)),
        writer.plain(writer.amount("planned", chosen, months)),
        writer.plain(writer.amount("executed", chosen, months)),
        writer.gap(chosen, months),
        ratio,
        writer.flag(chosen, months, method, writer.terms.context.settings.preset),
        writer.target_ratio(chosen, months),
        *_means(writer, chosen, months, ratio),
    )
    return [f"={text}" for text in texts]


def _means(writer: Writer, chosen: Selection, months: Months, ratio: str) -> tuple[str, str]:
    if isinstance(chosen, Row):
        cell = writer.naming.share(ratio)
        return cell, f"IF({cell}>1,1,{cell})"
    mean, capped = (writer.mean(chosen, months, capped=capped) for capped in (False, True))
    return mean, capped


def alerts(reader: Reader, given: ByKind) -> Iterator[list[Content]]:
    """Yield the rows of the day: which activities are in it, and their order, stay as they are."""
    months = reader.period(given.get(Kind.PERIOD, BLANK))
    count = reader.constant(given.get(Kind.COUNT, BLANK))
    writer, context = reader.writer, reader.writer.terms.context
    if not isinstance(months, Period):
        raise FormulaError("el periodo de POI_ALERTAS no está escrito en la fórmula")
    heads, *rows = _answered(context, "POI_ALERTAS", months.label, count)
    yield [str(head) for head in heads]
    for row in rows:
        if row[0] == "":
            yield ["" if cell == "" else str(cell) for cell in row]
            continue
        place = Row(writer.terms, context.known_plan.layout.rows[int(float(str(row[0]))) - 1])
        _, *figures = _figures(writer, place, months, GroupMethod.SUMS)
        yield [float(str(row[0])), *map(str, row[1:4]), *figures[:6]]


def _answered(context: Context, name: str, *given: Given) -> list[list[object]]:
    found = answer(context, BY_NAME[name], given)
    if isinstance(found, Failure):
        raise NoValue
    return [list(row) for row in found] if isinstance(found, list) else [[found]]


def _literal_grouping(reader: Reader, given: ByKind) -> By:
    argument = given.get(Kind.GROUPING, BLANK)
    value = reader.constant(argument)
    if value is None and not argument.is_blank:
        raise FormulaError("de qué es cada fila de POI_RESUMEN no está escrito en la fórmula")
    try:
        return arguments.grouping(value)
    except Refusal:
        raise NoValue from None


_GROUPED: Final = {
    By.ORGAN: "organ", By.BUDGET_ACTIVITY: "budget_activity", By.MEASURE_UNIT: UNIT,
}  # fmt: skip


def _group(reader: Reader, by: By, group: int) -> Selection:
    terms, naming = reader.writer.terms, reader.writer.naming
    if by is By.ACTIVITY:
        return Row(terms, terms.plan.layout.rows[group])
    if by is By.TOTAL:
        return Masked(terms, naming.is_activity())
    return Masked(terms, naming.has_name(_GROUPED[by], _key(terms.plan, by, group)))


def _key(plan: Plan, by: By, group: int) -> str:
    names: Sequence[str] = getattr(plan, _GROUPED[by])
    place = plan.grouping(by).codes.tolist().index(group)
    return fold(names[place])


def spread(call: Call, sheet: str) -> list[list[Call]]:
    """Return one call for each cell of the ranges that a call gives."""
    function = BY_NAME[call.name]
    areas = [
        _area(argument, sheet) if kind.kind is not Kind.TABLE else None
        for argument, kind in zip(call.arguments, function.arguments, strict=False)
    ]
    sizes = [(b - t + 1, r - c + 1) for area in areas if area for _, t, c, b, r in (area,)]
    rows, columns = (max(size) for size in zip(*sizes, strict=True)) if sizes else (1, 1)
    if any(r not in (1, rows) or c not in (1, columns) for r, c in sizes):
        raise FormulaError("los rangos no tienen la misma forma")
    return [[_at(call, areas, row, column) for column in range(columns)] for row in range(rows)]


_Area = tuple[str, int, int, int, int]


def _area(argument: Argument, sheet: str) -> _Area | None:
    place = split_reference(argument.reference, sheet) if argument.reference else None
    if place is None or ":" not in place[1]:
        return None
    first, last = map(from_a1, place[1].split(":"))
    return place[0], *first, *last


def _at(call: Call, areas: Sequence[_Area | None], row: int, column: int) -> Call:
    """A call for one cell: each of its ranges becomes that range's cell."""
    given = list(call.arguments)
    for index, area in enumerate(areas):
        if area is not None:
            sheet, top, left, bottom, right = area
            cell = a1(top + (row if bottom > top else 0), left + (column if right > left else 0))
            given[index] = Argument(parse(f"{quoted(sheet)}!{cell}"))
    return Call(call.name, tuple(given))
