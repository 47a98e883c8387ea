"""One table of a whole sector: thousands of files read as each would be alone, kept as Parquet.

sources → tasks (bytes to records) → executors (this machine, or a Dask cluster) → the folder.
Its libraries are an optional part of the product: whoever has one workbook does without them.
"""

from importlib.util import find_spec
from typing import Final

from poi_xl.core.problems import Refusal, problem

_LIBRARIES: Final = ("pyarrow", "fsspec")


def require_libraries(*more: str) -> None:
    """Refuse, with the remedy, where the optional libraries are not installed.

    Args:
        *more: what is needed besides those of every consolidation.

    Raises:
        Refusal: some are missing (POI-E206).
    """
    missing = [name for name in (*_LIBRARIES, *more) if find_spec(name) is None]
    if missing:
        raise Refusal(problem("POI-E206", names=", ".join(missing)))
