#!/bin/sh
# Runs a Windows program under Wine: cmake/wine-run.sh PROGRAM.exe [ARGUMENTS]
#
# The first run makes a WINEPREFIX (Wine's C: drive and registry) in the build folder. Other runs wait until it is made.
# The variables WINEPREFIX and WINEDEBUG change these defaults. With WINE_RUN_TELLS_CODE=1, the code of a program that failed
# is printed, because ctest does not print it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${WINEPREFIX:=$here/../build/windows/wine}"
: "${WINEDEBUG:=-all}"
# .NET, HTML and menu entries are off, because their setup takes long and no program of ours uses them. The debugger is off,
# because it ends a crashed program with exit code 0 if that had a second thread.
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
WINEPREFIX=$(cd "$WINEPREFIX" && pwd)  # Wine needs an absolute path
if [ ! -e "$WINEPREFIX/made" ]; then
  (
    flock 9
    # Wine's server must not inherit the lock, because it would then hold the lock until its own end.
    if [ ! -e "$WINEPREFIX/made" ]; then
      "$wine" wineboot -i >/dev/null 2>&1 9>&- || { echo "wine-run.sh: could not make $WINEPREFIX" >&2; exit 1; }
      # What wineboot has started goes on for some seconds. No program runs beside it.
      wineserver -w 9>&- 2>/dev/null || true
      touch "$WINEPREFIX/made"
    fi
  ) 9>"$WINEPREFIX.lock"
fi
if [ "${WINE_RUN_TELLS_CODE:-}" = 1 ]; then
  "$wine" "$@" || { code=$?; echo "wine-run.sh: $1 has ended with code $code" >&2; exit "$code"; }
else
  exec "$wine" "$@"
fi
