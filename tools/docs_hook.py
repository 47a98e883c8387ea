"""What mkdocs is told besides mkdocs.yml: pictures, and the script that searches in a folder."""

import re
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from tools.diagram import NAME, graph, svg
from tools.pictures import FOLDER, ROOT

# Named in mkdocs.yml; the theme would have every reader's browser fetch it from the network.
_SCRIPT: Final = "assets/iframe-worker.js"
_SOURCE: Final = ROOT / ".herramientas/guia/node_modules/iframe-worker/shim/index.js"
_PICTURE: Final = re.compile(r'<img [^>]*src="(img/[^"]+)"[^>]*>')


def on_config(config: MkDocsConfig) -> None:
    """Leave out what only a server would give: the page of what is not there, the list of pages."""
    config.theme.static_templates.clear()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures as `img/`, the diagram of the rooms and the script.

    Raises:
        PluginError: the script was not set up. A page that asks for a picture which was not made
            fails the build by itself.
    """
    if not _SOURCE.is_file():
        raise PluginError("iframe-worker is missing: run `make oracles`")
    made = {f"img/{path.name}": path for path in sorted(FOLDER.glob("*.png"))}
    for uri, path in (*made.items(), (_SCRIPT, _SOURCE)):
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    files.append(File.generated(config, f"img/{NAME}", content=svg(graph())))
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let every picture open in its own size: on a phone a sheet is too small to read."""
    del page, config, files
    return _PICTURE.sub(r'<a href="\1">\g<0></a>', html)
