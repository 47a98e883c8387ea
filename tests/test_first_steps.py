"""A newcomer's way, as its page has it: from nothing to the first figures, letter by letter."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracles import program, strict

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "primeros-pasos.md").read_text(encoding="utf-8")
FIRST_ORDER = re.search(r"^```console\n\$ (.+)$", PAGE, re.MULTILINE)
NO_NETWORK = "Could not find a version|Connection|Temporary failure|timed out"


def steps(tab):
    """Return the commands of a tab's numbered steps."""
    _, _, rest = PAGE.partition(f'=== "{tab}"\n')
    inside, *_ = re.split(r"^(?=\S)", rest, maxsplit=1, flags=re.MULTILINE)
    return re.findall(r"^    \d\. (?:.*: )?`([^=`][^`]*)`$", inside, re.MULTILINE)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """Somebody with a home of their own, this Python and the folder that they were given."""
    home = tmp_path_factory.mktemp("casa")
    programs = home / "programas"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    shutil.copy(ROOT / "workbook" / "POI_2021.xlsm", home)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pip"
    given = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    path = f"{programs}:/usr/local/bin:/usr/bin:/bin"

    def types(*lines):
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(lines).replace("RUTA_DE_POI_XL", str(ROOT))],
            check=False,
            cwd=home,
            env={"PIP_CACHE_DIR": str(cache), **given, "HOME": str(home), "PATH": path},
            capture_output=True,
            text=True,
            timeout=500,
        )
        if done.returncode and re.search(NO_NETWORK, done.stderr) and not strict():
            pytest.skip(f"pip needs the network: {done.stderr[-200:]}")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return types


@pytest.mark.office
@pytest.mark.slow
def test_the_steps_lead_to_the_first_figures(newcomer):
    program("soffice")
    shell, office = steps("Línea de órdenes"), steps("LibreOffice")
    assert (len(shell), len(office)) == (4, 3)
    assert FIRST_ORDER
    said = newcomer(*shell, FIRST_ORDER[1])
    assert "Ejemplos:" in said
    assert "96.8 %" in said
    assert office[:2] == shell[:2]  # both tabs make the same environment
    # Where root runs the tests, the step itself would change everybody's LibreOffice.
    assert "Extensión" in newcomer(f"{office[2]} --simular")
