"""10,000 cells `=POI_AVANCE(organ, period)` through xlwings' own call path, against its usual UDF.

The usual one is what xlwings' manual shows: the plan as a DataFrame argument, and a groupby. Both
are called as Excel calls them, by `udfs.call_udf` with the arguments that VBA sends. pywin32 is
replaced (tests/xlwings_windows.py), so crossing to another process costs neither anything here; in
Excel the wrappers of ours cross only for answers that they do not know yet.
"""

import sys
from itertools import cycle, islice, product

import pandas as pd

from common import ROOT, best, line, random_plan
from poi_xl.core.period import MONTHS

sys.path.insert(0, str(ROOT))

from tests.fake_excel import Book, Sheet
from tests.xlwings_windows import install

udfs, _ = install()


CELLS = 10_000
HEADER = ("ORGANO", "ACTIVIDAD", "ACTIVIDAD PRESUPUESTAL-MEF", "UNIDAD DE MEDIDA", "META")
MISSING = -2147352572


@udfs.xlfunc
@udfs.xlarg("data", pd.DataFrame, index=False)
def usual(organ, quarter, data):
    """As an analyst writes it with xlwings."""
    months = MONTHS[int(quarter) * 3 - 3 : int(quarter) * 3]
    planned = data[[f"PROG {month}" for month in months]].sum(axis=1)
    executed = data[[f"EJEC {month}" for month in months]].sum(axis=1)
    sums = pd.DataFrame({"p": planned, "e": executed}).groupby(data["ORGANO"]).sum()
    return sums.loc[organ, "e"] / sums.loc[organ, "p"]


def rows_of(plan):
    names = zip(plan.organ, plan.activity, plan.budget_activity, plan.measure_unit, strict=True)
    heads = [f"PROG {m}" for m in MONTHS], [f"EJEC {m}" for m in MONTHS[:3]]
    body = (
        (*texts, float(target), *map(float, planned), *map(float, executed[:3]))
        for texts, target, planned, executed in zip(
            names, plan.target, plan.planned, plan.executed, strict=True
        )
    )
    return ((*HEADER, *heads[0], *heads[1]), *body)


def ask(name, book, *arguments):
    return udfs.call_udf("poi_xl.hosts.excel", name, arguments, book, None)


def measure(rows):
    plan = random_plan(rows)
    table = rows_of(plan)
    frame = pd.DataFrame(table[1:], columns=table[0])
    sheet = Sheet("POI", table)
    book = Book(sheet, path=f"C:\\{rows}.xlsm", points_at=sheet)
    organs = list(dict.fromkeys(plan.organ))
    # 24 organs at most are asked for, as in an institution, in the two spellings people use.
    pairs = list(islice(cycle(product(organs[:24], (1.0, "I TRIM"))), CELLS))
    version = iter(range(1, 1_000))

    def ours():
        moved = float(next(version))  # the data have just changed: reading the plan counts
        for organ, period in pairs:
            ask("POI_AVANCE", book, organ, period, MISSING, MISSING, MISSING, moved)

    def theirs(cells=40):
        for organ, _ in pairs[:cells]:
            udfs.call_udf("__main__", "usual", (organ, 1.0, table), None, None)

    for organ in organs[:24]:
        mine = ask("POI_AVANCE", book, organ, 1.0, MISSING, MISSING, MISSING, 0.0)[0][0]
        assert abs(mine - usual(organ, 1.0, frame)) < 1e-12
    what = f"{CELLS:,} cells POI_AVANCE, {rows:,} rows"
    seconds = best(theirs, 3) / 40 * CELLS
    line(what, best(ours, 5), seconds, "DataFrame + groupby", "goal: at least 100")

    def known():
        for organ, period in pairs:
            ask("POI_AVANCE", book, organ, period, MISSING, MISSING, MISSING, 0.5)

    known()
    return best(known, 7) / CELLS


costs = {rows: measure(rows) for rows in (78, 1_000, 10_000)}
for rows, cost in costs.items():
    print(f"one cell more on a known plan of {rows:>6,} rows: {cost * 1e6:.1f} µs")
assert costs[10_000] < 2 * costs[78], "the cost of a cell grows with the plan"
