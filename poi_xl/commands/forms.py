"""`fichas`: one form for each organ, to be filled in by the unit and imported again."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.load import Loaded, load_package, open_book
from poi_xl.commands.placing import Placed, made_folder
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.core.forms import MOST_MONTHS, Form, forms_of
from poi_xl.core.period import MONTHS, Period
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import file_name
from poi_xl.package.saving import digest, fingerprint, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.sheets.form_book import form_bytes


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form that was made: whose, of how many activities, and where it is."""

    organ: str
    activities: int
    placed: Placed


@dataclass(frozen=True, slots=True)
class Forms:
    """The answer of `fichas`.

    Attributes:
        loaded: the workbook as read.
        period: the months that the forms ask for.
        files: one for each organ, in the plan's order.
    """

    loaded: Loaded
    period: Period
    files: tuple[FormFile, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``fichas --json``."""
        return {
            "version": __version__,
            "archivo": self.loaded.path.name,
            "digesto": self.loaded.plan.digest,
            "periodo": self.period.label,
            "fichas": [
                {
                    "organo": each.organ,
                    "actividades": each.activities,
                    "archivo": str(each.placed.path),
                    "escrito": each.placed.written,
                    "respaldo": str(each.placed.backup) if each.placed.backup else None,
                }
                for each in self.files
            ],
        }


def make_forms(
    path: Path,
    folder: Path,
    *,
    now: dt.datetime,
    period: str | None = None,
    host: Host | None = None,
) -> Forms:
    """Write the form of each organ of a workbook's plan into a folder.

    Args:
        path: the workbook.
        folder: where to; made when it does not exist.
        now: names the backup of a form that is replaced.
        period: the months to ask for; the current quarter when None.
        host: shows progress and puts the question when other files would be replaced.

    Raises:
        Refusal: the workbook cannot be read, the period is too long for a form or has no columns
            in the plan, or what is in the folder may not be replaced; nothing was written.
    """
    host = host or SilentHost()
    loaded = load_package(open_book(path))
    months = loaded.period(period)
    if months.last - months.first >= MOST_MONTHS:
        raise Refusal(problem("POI-E118", most=MOST_MONTHS, period=months.label))
    if missing := tuple(missing_columns(loaded.plan, months)):
        raise Refusal(missing)
    forms = forms_of(loaded.plan, loaded.settings, months, __version__)
    drawn = []
    for number, form in enumerate(forms, start=1):
        share = number / len(forms)
        host.progress(f"Haciendo las fichas ({number} de {len(forms)})", share)
        drawn.append(form_bytes(loaded.plan, form, loaded.settings.institution))
    folder = made_folder(folder)
    work = _Placing(now, dict(zip(_paths(forms, folder), drawn, strict=True)))
    require_consent(host, work.questions())
    files = [
        FormFile(form.identity.organ, len(form.activities), placed)
        for form, placed in zip(forms, work.run(), strict=True)
    ]
    return Forms(loaded, months, tuple(files))


def missing_columns(plan: Plan, period: Period) -> Iterator[Problem]:
    """Yield a problem when some months have no executed column in the plan's sheet."""
    months = range(period.first, period.last + 1)
    missing = [MONTHS[month - 1] for month in months if month not in plan.executed_months]
    if missing:
        yield problem("POI-E117", plan.layout.sheet, months=", ".join(missing))


def _paths(forms: tuple[Form, ...], folder: Path) -> list[Path]:
    names: list[str] = []
    for form in forms:
        year = f" {form.identity.year}" if form.identity.year else ""
        text = f"Ficha {form.identity.period.label}{year} {form.identity.organ}"
        names.append(file_name(text, ".xlsx", names))
    return [folder / name for name in names]


class _Placing:
    """Forms on their way into a folder: all of them, or none when one may not be replaced."""

    def __init__(self, now: dt.datetime, contents: dict[Path, bytes]) -> None:
        self._now, self._contents = now, contents
        self._seen = {path: fingerprint(path) for path in contents if path.exists()}

    def questions(self) -> tuple[Problem, ...]:
        """Return a question for each other file that would be replaced."""
        return tuple(
            problem("POI-E50", path.name, file=path.name)
            for path, seen in self._seen.items()
            if seen != digest(self._contents[path])
        )

    def run(self) -> list[Placed]:
        """Write them."""
        return [self._place(path, content) for path, content in self._contents.items()]

    def _place(self, path: Path, content: bytes) -> Placed:
        seen = self._seen.get(path)
        if seen == digest(content):
            return Placed(path, written=False, backup=None)
        with temporary_beside(path) as fresh:
            fresh.write_bytes(content)
            backup = put_in_place(path, fresh, seen=seen, now=self._now)
        return Placed(path, written=True, backup=backup)
