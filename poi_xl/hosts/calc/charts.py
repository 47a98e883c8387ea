"""Our charts on an open sheet: the drawn ones take the place of those that are there."""

from collections.abc import Iterator
from typing import Any, Final

from poi_xl.package.rendering import DRAWING_PREFIX

_AXES: Final = (0, 1)  # the one with the categories is either, as in bar charts


def replace_charts(sheet: Any, model: Any) -> None:
    """Take our charts off a sheet and bring those of a helper in the same document.

    Args:
        sheet: the sheet, its cells written.
        model: the helper; its charts leave it.
    """
    page = sheet.DrawPage
    for shape in ours(sheet):
        page.remove(shape)
    for shape in ours(model):
        _bring(sheet, model, shape)


def ours(sheet: Any) -> list[Any]:
    """Return the charts and pictures that we drew on a sheet; people's are none of them."""
    return [each for each in sheet.DrawPage if str(each.Name).startswith(DRAWING_PREFIX)]


def _bring(sheet: Any, model: Any, shape: Any) -> None:
    # Moving it to another page makes LibreOffice forget its place.
    position, size = shape.Position, shape.Size
    model.DrawPage.remove(shape)
    sheet.DrawPage.add(shape)
    shape.Position, shape.Size = position, size
    _point(shape.Model, str(sheet.AbsoluteName).rpartition(".")[0])


def _point(chart: Any, sheet: str) -> None:
    """Point a chart at the same cells of another sheet."""
    provider = chart.DataProvider
    for holder in _sequences(chart):
        for get, put in ((holder.getValues, holder.setValues), (holder.getLabel, holder.setLabel)):
            old = get()
            cells = str(old.SourceRangeRepresentation).rpartition(".")[2] if old else ""
            if cells:
                new = provider.createDataSequenceByRangeRepresentation(f"{sheet}.{cells}")
                new.Role = old.Role
                put(new)


def _sequences(chart: Any) -> Iterator[Any]:
    for system in chart.FirstDiagram.CoordinateSystems:
        for kind in system.ChartTypes:
            for series in kind.DataSeries:
                yield from series.DataSequences
        for axis in _AXES:
            categories = system.getAxisByDimension(axis, 0).ScaleData.Categories
            if categories is not None:
                yield categories
