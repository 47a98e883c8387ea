"""The tables: their columns, a file's records as Parquet, and Parquet as a plan again.

The same file gives the same bytes, on any machine: rows in the plan's order, no time, no path.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from poi_xl.commands.load import Loaded
from poi_xl.consolidating.deliveries import Delivery, State
from poi_xl.core.accumulation import Accumulation
from poi_xl.core.indicators import measure, stacked
from poi_xl.core.period import MONTHS, Period, quarter_period
from poi_xl.core.plan import By, Floats, Grouping, Plan, Soles
from poi_xl.core.problems import Problem

ACTIVITIES: Final = "actividades"
INDICATORS: Final = "indicadores"
OBSERVATIONS: Final = "observaciones"
TABLES: Final = (ACTIVITIES, INDICATORS, OBSERVATIONS)
# Raise it whenever a table's columns or their meaning change: files are then read anew.
FORMAT: Final = 1

_WORD = pa.dictionary(pa.int32(), pa.string())
_TEXTS: Final = ("codigo", "organo", "actividad", "mef", "unidad", "acumulacion")
_AMOUNTS: Final = ("programado", "ejecutado", "programado_soles", "ejecutado_soles")
# The user's word for each figure.
_RATIOS_AND_AMOUNTS: Final = {
    "meta": "target",
    "programado": "planned",
    "ejecutado": "executed",
    "brecha": "gap",
    "avance": "progress",
    "avance_meta": "target_progress",
    "promedio": "mean",
    "promedio_tope": "capped_mean",
}
_SCHEMAS: Final = {
    ACTIVITIES: pa.schema(
        [
            ("entrega", _WORD),
            ("fila", pa.int32()),
            *((name, _WORD) for name in _TEXTS),
            ("meta", pa.float64()),
            ("mes", pa.int8()),
            *((name, pa.float64()) for name in _AMOUNTS),
        ]
    ),
    INDICATORS: pa.schema(
        [
            ("entrega", _WORD),
            ("organo", _WORD),
            ("periodo", _WORD),
            ("desde", pa.int8()),
            ("hasta", pa.int8()),
            ("actividades", pa.int32()),
            *((name, pa.float64()) for name in _RATIOS_AND_AMOUNTS),
            ("semaforo", _WORD),
            ("conteo", pa.map_(pa.string(), pa.int32())),
        ]
    ),
    OBSERVATIONS: pa.schema(
        [
            ("entrega", _WORD),
            *(
                (name, _WORD)
                for name in (
                    "archivo",
                    "codigo",
                    "severidad",
                    "hoja",
                    "celda",
                    "mensaje",
                    "remedio",
                )
            ),
        ]
    ),
}
_PERIODS: Final = (
    *map(quarter_period, (1, 2, 3, 4)),
    Period(1, 6),
    Period(1, 9),
    Period(1, 12),
)
# The table of files: the user's word for each attribute of a delivery.
_COLUMNS: Final = {
    "place": ("archivo", pa.string()),
    "key": ("entrega", pa.string()),
    "entity": ("entidad", pa.string()),
    "year": ("anio", pa.int32()),
    "quarter": ("trimestre", pa.int8()),
    "state": ("estado", pa.string()),
    "version": ("version_poi", pa.int32()),
    "layout": ("disposicion", pa.string()),
    "activities": ("actividades", pa.int32()),
    "errors": ("errores", pa.int32()),
    "warnings": ("advertencias", pa.int32()),
    "notes": ("notas", pa.int32()),
    "preset": ("semaforo", pa.string()),
    "method": ("metodo", pa.string()),
    "identification": ("identificacion", pa.string()),
    "months": ("meses_ejecutados", pa.list_(pa.int8())),
    "last_month": ("ultimo_mes", pa.int8()),
    "name": ("nombre", pa.string()),
    "digest": ("digesto", pa.string()),
    "plan": ("digesto_plan", pa.string()),
    "product": ("poi_xl", pa.string()),
}
assert set(_COLUMNS) == {each.name for each in fields(Delivery)}  # noqa: S101 - declared twice

# --- writing --------------------------------------------------------------------------------------


def as_parquet(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file.

    The files are small and many: what is quick to write counts for more than the last bytes, and
    ranges of values tell nothing where each file is one delivery's.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="snappy", write_statistics=False, store_schema=True)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def activities_table(plan: Plan, key: str) -> pa.Table:
    """Return a row for each activity and month, in the plan's order; blanks are nulls."""
    count = len(plan)
    blank = np.full((count, len(MONTHS)), np.nan)
    soles = plan.soles or Soles(blank, blank)
    rows = np.repeat(np.arange(count, dtype=np.int32), 12)
    # What a plan does not say is the same in all its rows.
    texts = (
        (plan.code, ""),
        (plan.organ, ""),
        (plan.activity, ""),
        (plan.budget_activity, ""),
        (plan.measure_unit, ""),
        ([mode.value for mode in plan.accumulation], Accumulation.SUM.value),
    )
    return pa.Table.from_arrays(
        [
            _constant(key, 12 * count),
            pa.array(rows),
            *(
                _words(said).take(rows) if said else _constant(unsaid, 12 * count)
                for said, unsaid in texts
            ),
            _numbers(np.repeat(plan.target, 12)),
            pa.array(np.tile(np.arange(1, 13, dtype=np.int8), count)),
            *(_numbers(figures.ravel()) for figures in (plan.planned, plan.executed)),
            *(_numbers(figures.ravel()) for figures in (soles.planned, soles.executed)),
        ],
        schema=_SCHEMAS[ACTIVITIES],
    )


def _constant(text: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(count, dtype=np.int32), pa.array([text]))


def _words(texts: Sequence[str | None]) -> pa.Array:
    return pa.array(texts, pa.string()).dictionary_encode()


def _numbers(values: Floats) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)


def indicators_table(loaded: Loaded, key: str) -> pa.Table:
    """Return the indicators of the entity (organ null) and of each organ, period by period."""
    plan, settings = loaded.plan, loaded.settings
    preset, groups = settings.preset, _entity_and_organs(plan)
    count, times = len(groups.labels), len(_PERIODS)
    figures = stacked([measure(plan, each, preset) for each in _PERIODS]).over(
        groups.repeated(times, len(plan)), settings.method
    )
    organs = pa.array([None, *groups.labels[1:]], pa.string()).dictionary_encode()

    def each(values: Sequence[int]) -> npt.NDArray[np.int32]:
        return np.repeat(np.array(values, dtype=np.int32), count)

    labels = [period.label for period in _PERIODS]
    words = [flag.word for flag in preset.flags]
    return pa.Table.from_arrays(
        [
            _constant(key, count * times),
            organs.take(np.tile(np.arange(count), times)),
            pa.DictionaryArray.from_arrays(each(range(times)), labels),
            pa.array(each([period.first for period in _PERIODS]).astype(np.int8)),
            pa.array(each([period.last for period in _PERIODS]).astype(np.int8)),
            pa.array(figures.activities.astype(np.int32)),
            *(_numbers(getattr(figures, name)) for name in _RATIOS_AND_AMOUNTS.values()),
            pa.DictionaryArray.from_arrays(figures.flag.astype(np.int32), words),
            _counted(words, figures.counts),
        ],
        schema=_SCHEMAS[INDICATORS],
    )


def _entity_and_organs(plan: Plan) -> Grouping:
    """All activities as one group, then those of each organ: an activity is in two groups."""
    organs, activities = plan.grouping(By.ORGAN), np.arange(len(plan), dtype=np.int64)
    codes = np.concatenate([np.zeros_like(activities), organs.codes + 1])
    return Grouping(("", *organs.labels), codes, np.tile(activities, 2))


def _counted(words: Sequence[str], counts: npt.NDArray[Any]) -> pa.Array:
    """Return, for each row, how many activities have each flag."""
    offsets = np.arange(0, counts.size + 1, len(words), dtype=np.int32)
    names = pa.array(words, pa.string()).take(np.tile(np.arange(len(words)), len(counts)))
    return pa.MapArray.from_arrays(offsets, names, pa.array(counts.ravel().astype(np.int32)))


def observations_table(problems: Iterable[Problem], name: str, key: str) -> pa.Table:
    """Return a row for each problem, as `revisar` would list it.

    Args:
        problems: the problems of one file, or of the consolidation.
        name: the file's name.
        key: the delivery it is; empty for the consolidation's own.
    """
    rows = [
        (item.code, item.severity.value, item.sheet, item.cell, item.message, item.remedy)
        for item in problems
    ]
    columns = list(zip(*rows, strict=True)) or [()] * 6
    return pa.Table.from_arrays(
        [*(_words([text] * len(rows)) for text in (key, name)), *map(_words, columns)],
        schema=_SCHEMAS[OBSERVATIONS],
    )


def deliveries_table(deliveries: Sequence[Delivery]) -> pa.Table:
    """Return the table of files."""
    rows = [asdict(each) for each in deliveries]
    return pa.table(
        {
            word: pa.array([_plain(row[name]) for row in rows], kind)
            for name, (word, kind) in _COLUMNS.items()
        }
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


# --- reading --------------------------------------------------------------------------------------


def read_deliveries(path: Path) -> tuple[Delivery, ...]:
    """Return the deliveries that a table of files lists."""
    table = pq.read_table(path, partitioning=None)
    names = {word: name for name, (word, _) in _COLUMNS.items()}
    return tuple(
        delivery_of({names[word]: value for word, value in row.items() if word in names})
        for row in table.to_pylist()
    )


def delivery_of(row: dict[str, Any]) -> Delivery:
    """Return the delivery that a row of plain values says."""
    return Delivery(**(row | {"months": tuple(row["months"]), "state": State(row["state"])}))


def read_plan(path: Path) -> Plan:
    """Return the plan whose activities a file of the data set holds."""
    table = pq.read_table(path, partitioning=None)
    first = table.slice(0).take(pa.array(np.arange(0, len(table), len(MONTHS))))
    texts = {name: tuple(first.column(name).to_pylist()) for name in _TEXTS}
    modes = tuple(map(Accumulation, texts["acumulacion"]))

    def twelve(name: str) -> Floats:
        months: Floats = table.column(name).to_numpy().astype(np.float64)
        return months.reshape(-1, len(MONTHS))

    return Plan(
        organ=texts["organo"],
        activity=texts["actividad"],
        budget_activity=texts["mef"],
        measure_unit=texts["unidad"],
        target=first.column("meta").to_numpy().astype(np.float64),
        planned=twelve("programado"),
        executed=twelve("ejecutado"),
        code=texts["codigo"] if any(texts["codigo"]) else (),
        accumulation=modes if set(modes) != {Accumulation.SUM} else (),
    )


def read_problems(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file of observations."""
    rows: list[dict[str, str]] = pq.read_table(path, partitioning=None).to_pylist()
    return rows
