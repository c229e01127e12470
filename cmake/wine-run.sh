#!/bin/sh
# Runs a Windows program under Wine: cmake/wine-run.sh PROGRAM.exe [ARGUMENTS]
#
# The first run makes a WINEPREFIX (Wine's C: drive and registry) inside the build folder; runs that come
# together wait for that one. WINEPREFIX and WINEDEBUG may be set to use others.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${WINEPREFIX:=$here/../build/windows/wine}"
: "${WINEDEBUG:=-all}"
# No .NET, no HTML and no menu entries: they take long to set up, and nothing of ours uses them. And no debugger, which would
# look at a program that crashes, and when that has had a second thread, end it with exit code 0.
: "${WINEDLLOVERRIDES:=mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d}"
export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES

wine=
for candidate in /usr/lib/wine/wine64 wine64 wine; do
  if command -v "$candidate" >/dev/null 2>&1; then wine=$candidate; break; fi
done
if [ -z "$wine" ]; then
  echo "wine-run.sh: Wine is not installed (Debian: apt-get install wine64)" >&2
  exit 127
fi

mkdir -p "$WINEPREFIX"
WINEPREFIX=$(cd "$WINEPREFIX" && pwd)  # Wine takes absolute paths only
if [ ! -e "$WINEPREFIX/made" ]; then
  (
    flock 9
    # Wine's server must not inherit the lock, or it would hold it for as long as it runs.
    if [ ! -e "$WINEPREFIX/made" ]; then
      "$wine" wineboot -i >/dev/null 2>&1 9>&- || { echo "wine-run.sh: could not make $WINEPREFIX" >&2; exit 1; }
      touch "$WINEPREFIX/made"
    fi
  ) 9>"$WINEPREFIX.lock"
fi
exec "$wine" "$@"
