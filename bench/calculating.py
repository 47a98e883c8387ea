"""Indicators by organ once the plan is read, against a plain pandas groupby for the same answer."""

import numpy as np
import pandas as pd

from common import best, line, random_plan
from poi_xl.core.indicators import measure
from poi_xl.core.period import Period
from poi_xl.core.plan import By, Plan
from poi_xl.core.trafficlight import PRESETS

PERIOD, PRESET = Period(1, 3), PRESETS["A"]


def with_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """The same answer as an analyst would write it with pandas."""
    months = ["ene", "feb", "mar"]
    planned = frame[[f"programado_{m}" for m in months]].sum(axis=1)
    executed = frame[[f"ejecutado_{m}" for m in months]].sum(axis=1)
    ratio = executed / planned.where(planned > 0)
    flag = pd.cut(ratio, [-np.inf, 0.75, 0.95, 1.0000000001, np.inf], right=False).cat.codes
    work = frame[["organo", "meta"]].assign(
        planned=planned, executed=executed, ratio=ratio, capped=ratio.clip(upper=1), flag=flag
    )
    groups = work.groupby("organo", sort=False)
    answer = groups.agg(
        activities=("meta", "size"),
        target=("meta", "sum"),
        planned=("planned", "sum"),
        executed=("executed", "sum"),
        mean=("ratio", "mean"),
        capped_mean=("capped", "mean"),
    )
    answer["gap"] = answer.executed - answer.planned
    answer["progress"] = answer.executed / answer.planned
    answer["target_progress"] = answer.executed / answer.target
    counts = pd.crosstab(work.organo, work.flag).reindex(answer.index)
    return answer.join(counts)


def ours(plan: Plan):
    return measure(plan, PERIOD, PRESET).by(By.ORGAN)


for rows in (100, 1_000, 10_000, 50_000):
    plan = random_plan(rows)
    frame = plan.to_frame()
    plan.grouping(By.ORGAN)  # part of reading: done once, whatever is asked afterwards
    figures, peer = ours(plan), with_pandas(frame)
    assert np.allclose(figures.progress, peer.progress)
    assert np.allclose(figures.mean, peer["mean"])
    assert (figures.counts[:, 0] == peer[0]).all()
    line(
        f"calcular by organ, {rows:,} rows",
        best(lambda plan=plan: ours(plan), 20),
        best(lambda frame=frame: with_pandas(frame), 5),
        "pandas groupby",
        "goal: at least 5" if rows == 10_000 else "",
    )
