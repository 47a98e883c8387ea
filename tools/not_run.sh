#!/bin/sh
# Say in words, at the end of the tests, which of them could not run here and why.
cd "$(dirname "$0")/.." || exit 1
found=
for note in .herramientas/missing/*; do
    [ -e "$note" ] || continue
    [ -n "$found" ] || echo 'NOT PROVED on this machine, for want of a program:'
    found=yes
    echo "  $(basename "$note"): $(cat "$note")"
done
[ -n "$found" ] || echo 'Every outside program that the tests need was there.'
