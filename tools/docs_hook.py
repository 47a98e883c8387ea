"""What mkdocs is told besides mkdocs.yml: pictures, and the script that searches in a folder."""

from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from tools.pictures import FOLDER, ROOT

# Named in mkdocs.yml; the theme would have every reader's browser fetch it from the network.
_SCRIPT: Final = "assets/iframe-worker.js"
_SOURCE: Final = ROOT / ".herramientas/guia/node_modules/iframe-worker/shim/index.js"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures as `img/`, and the script.

    Raises:
        PluginError: the script was not set up. A page that asks for a picture which was not made
            fails the build by itself.
    """
    if not _SOURCE.is_file():
        raise PluginError("iframe-worker is missing: run `make oracles`")
    made = {f"img/{path.name}": path for path in sorted(FOLDER.glob("*.png"))}
    for uri, path in (*made.items(), (_SCRIPT, _SOURCE)):
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    return files
