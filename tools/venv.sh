#!/bin/sh
# Make the virtual environment: tools/venv.sh PYTHON FOLDER
#
# Debian's Python comes without `ensurepip`, so `-m venv` alone would fail half-way and leave a
# broken folder behind. The ways to a working one are tried in turn, the plainest first.
set -eu
python=$1
folder=$2
here=$(dirname "$0")

plain() {
    "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv "$folder"
}
with_virtualenv() {
    "$python" -m virtualenv --quiet --version >/dev/null 2>&1 &&
        "$python" -m virtualenv --quiet "$folder"
}
with_uv() {
    command -v uv >/dev/null 2>&1 && uv venv --quiet --seed --python "$python" "$folder"
}
with_outer_pip() {
    "$python" -m pip --version >/dev/null 2>&1 &&
        "$python" -m venv --without-pip "$folder" &&
        "$python" -m pip --python "$folder/bin/python" install --quiet pip
}
with_debian_package() {
    bash "$here/system_packages.sh" venv && plain
}

for way in plain with_virtualenv with_uv with_outer_pip with_debian_package; do
    if "$way"; then
        exit 0
    fi
    rm -rf "$folder"
done
echo "No virtual environment could be made with $python." >&2
echo "Ask the machine's administrator for the package python3-venv, then run make again." >&2
exit 1
