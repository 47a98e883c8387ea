"""Our charts in an open workbook: they stay where they are and are pointed at the new cells."""

from collections.abc import Sequence
from typing import Any, Final

from poi_xl.commands.drawing import Chart, Drawn, Series
from poi_xl.hosts.excel.state import patiently
from poi_xl.package.rendering import DRAWING_PREFIX

_PLACE: Final = ("Top", "Left", "Width", "Height")
_VALUES: Final = 2  # xlValue


def same_charts(sheet: Any, drawn: Drawn) -> bool:
    """Whether a sheet has the charts of the drawn one, each with as many series."""
    there = {name: int(c.Chart.SeriesCollection().Count) for name, c in our_charts(sheet).items()}
    return there == {chart.name: len(chart.series) for chart in drawn.charts}


def our_charts(sheet: Any) -> dict[str, Any]:
    """Return the charts that we drew on a sheet, by name; people's are none of them."""
    named = {str(each.Name): each for each in sheet.ChartObjects()}
    return {name: each for name, each in named.items() if name.startswith(DRAWING_PREFIX)}


def refresh_charts(sheet: Any, source: Any, drawn: Drawn) -> None:
    """Point the charts at the new cells and let them say the new message.

    Args:
        sheet: the sheet, its cells written and its rows as high as they will be.
        source: the drawn sheet, open in Excel.
        drawn: what is on it.
    """
    ours, models = our_charts(sheet), our_charts(source)
    for chart in drawn.charts:
        _refresh(sheet, ours[chart.name], models[chart.name], chart)


def _refresh(sheet: Any, holder: Any, model: Any, chart: Chart) -> None:
    for index, series in enumerate(chart.series, start=1):
        _point(holder.Chart.SeriesCollection(index), series)
    if chart.title and str(holder.Chart.ChartTitle.Text) != chart.title:
        holder.Chart.ChartTitle.Text = chart.title
    sheet.Shapes(chart.name).AlternativeText = chart.description
    axis, pattern = (each.Chart.Axes(_VALUES) for each in (holder, model))
    if pattern.MaximumScaleIsAuto:
        axis.MaximumScaleIsAuto = True
    else:
        axis.MaximumScale = pattern.MaximumScale
    for each in _PLACE:
        setattr(holder, each, getattr(model, each))


def _point(series: Any, wanted: Series) -> None:
    """Point a series at its cells, unless it is there: Excel refuses some for want of figures."""
    formula = str(series.Formula)
    order = formula.rpartition(",")[2]
    text = f"=SERIES({wanted.arguments},{order}"
    if formula != text:
        series.Formula = text


def replace_charts(sheet: Any, helper: Any, charts: Sequence[Chart]) -> None:
    """Take our charts off a sheet and bring those of a helper in the same workbook.

    They come pointing at the helper, and are pointed at the sheet by `refresh_charts`.
    """
    for chart in our_charts(sheet).values():
        chart.Delete()
    sheet.Activate()  # Excel pastes a chart only into the sheet in sight
    models = our_charts(helper)
    for chart in charts:
        _bring(sheet, models[chart.name], chart.name)


def _bring(sheet: Any, model: Any, name: str) -> None:
    def copy() -> None:
        model.Copy()
        sheet.Paste()

    patiently(copy)
    made = sheet.ChartObjects(int(sheet.ChartObjects().Count))
    made.Name = name
