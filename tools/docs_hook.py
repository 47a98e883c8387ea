"""What mkdocs is told besides mkdocs.yml: pictures, and how a folder is searched."""

import json
import re
import sys
import unicodedata
from html import unescape
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from tools.diagram import NAME, graph, svg
from tools.pictures import FOLDER, NAMES, ROOT

# Named in mkdocs.yml; the theme would have every reader's browser fetch it from the network.
_SCRIPT: Final = "assets/iframe-worker.js"
_SOURCE: Final = ROOT / ".herramientas/guia/node_modules/iframe-worker/shim/index.js"
_ASKED: Final = re.compile(r"!\[[^\]]*\]\((?P<uri>img/[^)]+)\)")
_INDEX: Final = "search/search_index.json"
_TAG: Final = re.compile(r"<[^>]*>")
_PICTURE: Final = re.compile(r'<img [^>]*src="(img/[^"]+)"[^>]*>')


def on_config(config: MkDocsConfig) -> None:
    """Leave out what only a server would give: the page of what is not there, the list of pages."""
    config.theme.static_templates.clear()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures as `img/`, the diagram of the rooms and the script.

    Raises:
        PluginError: the script was not set up.
    """
    if not _SOURCE.is_file():
        raise PluginError("iframe-worker is missing: run `make oracles`")
    made = {f"img/{path.name}": path for path in sorted(FOLDER.glob("*.png"))}
    for uri, path in (*made.items(), (_SCRIPT, _SOURCE)):
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    files.append(File.generated(config, f"img/{NAME}", content=svg(graph())))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Leave out, and tell, pictures that this machine could not make.

    One that nobody ever makes stays, and fails the build.
    """
    del config

    def shown(found: re.Match[str]) -> str:
        uri = found["uri"]
        if files.get_file_from_path(uri) or uri.removeprefix("img/") not in NAMES:
            return found[0]
        print(f"{page.file.src_uri}: sin {uri}, que aquí no se pudo hacer", file=sys.stderr)
        return ""

    return _ASKED.sub(shown, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let every picture open in its own size: on a phone a sheet is too small to read."""
    del page, config, files
    return _PICTURE.sub(r'<a href="\1">\g<0></a>', html)


def on_post_build(config: MkDocsConfig) -> None:
    """Let people find what they write without accents: the theme's search tells a from á.

    Runs after the theme has written its index and before it copies that for folders.
    """
    path = Path(config.site_dir) / _INDEX
    index = json.loads(path.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        if words := accentless(f"{entry['title']} {entry['text']}"):
            entry["text"] += f"<p>{' '.join(words)}</p>"
    path.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def accentless(text: str) -> list[str]:
    """Return the words of a text that have accents, without them.

    Example:
        >>> accentless("<p>La ejecuci&oacute;n, y la Ejecución de mañana</p>")
        ['ejecucion', 'manana']
    """
    words = re.findall(r"\w+", unescape(_TAG.sub(" ", text)).lower())
    plain = {word: unicodedata.normalize("NFKD", word) for word in words}
    bare = {w: "".join(c for c in p if not unicodedata.combining(c)) for w, p in plain.items()}
    return sorted({without for word, without in bare.items() if without != word})
