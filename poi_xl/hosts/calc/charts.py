"""Our charts on an open sheet: the drawn ones take the place of those that are there."""

from collections.abc import Iterator
from typing import Any, Final

from poi_xl.package.rendering import DRAWING_PREFIX

_AXES: Final = (0, 1)  # the one with the categories is either, as in bar charts


def replace_charts(sheet: Any, model: Any) -> None:
    """Take our charts off a sheet and bring those of a helper in the same document.

    Args:
        sheet: the sheet, its cells written and its rows as high as they will be.
        model: the helper; its charts leave it.
    """
    page = sheet.DrawPage
    for shape in ours(sheet):
        page.remove(shape)
    for shape in ours(model):
        _bring(sheet, model, shape)


def point_charts(sheet: Any, drawn: Any) -> None:
    """Point our charts at the cells of their own sheet, as those of the drawn file are.

    On their way between documents they keep pointing at the sheet they were on, and forget the
    names of series that are written in the chart itself.

    Args:
        sheet: the sheet.
        drawn: the drawn one, in its own document.
    """
    name = str(sheet.AbsoluteName).rpartition(".")[0]
    for shape, wanted in zip(ours(sheet), ours(drawn), strict=True):
        shape.Name = wanted.Name  # numbered on the way, where another sheet has one of that name
        _point(shape.Model, wanted.Model, name)


def ours(sheet: Any) -> list[Any]:
    """Return the charts and pictures that we drew on a sheet; people's are none of them."""
    return [each for each in sheet.DrawPage if str(each.Name).startswith(DRAWING_PREFIX)]


def anchor_charts(sheet: Any) -> None:
    """Anchor our charts to the sheet: the cell where one ends was found with other heights of rows.

    LibreOffice shows nothing of it until the document is saved and opened again.

    Args:
        sheet: the sheet, its rows as high as they will be.
    """
    for shape in ours(sheet):
        _place(sheet, shape, (shape.Position, shape.Size))


def _bring(sheet: Any, model: Any, shape: Any) -> None:
    # Moving it to another page makes LibreOffice forget its place.
    place = shape.Position, shape.Size
    model.DrawPage.remove(shape)
    sheet.DrawPage.add(shape)
    _place(sheet, shape, place)


def _place(sheet: Any, shape: Any, place: tuple[Any, Any]) -> None:
    # To the sheet, not to a cell: LibreOffice would not find the cell where it ends, and once
    # everything is computed anew, saving the document in its own format would never end.
    shape.Anchor = sheet
    shape.Position, shape.Size = place


def _point(chart: Any, model: Any, sheet: str) -> None:
    provider = chart.DataProvider

    def like(sequence: Any) -> Any:
        text = str(sequence.SourceRangeRepresentation)
        if text.startswith("$"):
            text = f"{sheet}.{text.rpartition('.')[2]}"
        made = provider.createDataSequenceByRangeRepresentation(text)
        made.Role = sequence.Role
        return made

    for holder, wanted in zip(_sequences(chart), _sequences(model), strict=True):
        holder.setValues(like(wanted.getValues()))
        if label := wanted.getLabel():
            holder.setLabel(like(label))


def _sequences(chart: Any) -> Iterator[Any]:
    for system in chart.FirstDiagram.CoordinateSystems:
        for kind in system.ChartTypes:
            for series in kind.DataSeries:
                yield from series.DataSequences
        for axis in _AXES:
            categories = system.getAxisByDimension(axis, 0).ScaleData.Categories
            if categories is not None:
                yield categories
