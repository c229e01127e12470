# Functions that ./run and ./test share: messages, installation of packages, and builds. Scripts source this file. Such a
# script has set -euo pipefail, and has set `me` to its own name.

# All clones of the repository share the compiler's cache.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say() { printf '%s: %s\n' "$me" "$*"; }
fail() {
  printf '%s: %s\n' "$me" "$*" >&2
  exit 1
}

# asks_for_help ARGUMENT...: returns whether an argument asks for help. Then a script only prints its help.
asks_for_help() {
  local argument
  for argument in "$@"; do
    case "$argument" in -h | --help) return 0 ;; esac
  done
  return 1
}

# Debian packages, by purpose.
packages_build=(g++ cmake ninja-build ccache liburing-dev libfmt-dev libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libutfcpp-dev libboost-dev libsqlite3-dev libsodium-dev libpq-dev nodejs)
packages_windows=(g++-mingw-w64-x86-64-posix googletest dpkg-dev tcl) # scripts/windows_libraries.sh needs the last two
packages_unit=(googletest libwslay-dev bzip2 unicode-data postgresql-15) # the tests start a server of their own
packages_test=("${packages_unit[@]}" libbenchmark-dev clang-19 libclang-rt-19-dev clang-format-19 python3 python3-pytest python3-pytest-xdist wine64 wine tmux
  node-typescript tshark chromium fonts-noto-cjk python3-websockets slowhttptest prometheus nginx-light libnginx-mod-stream haproxy openssl catch2 doctest-dev libgoogle-glog-dev
  mono-mcs mono-runtime)
packages_bench=(libasio-dev libuv1-dev libevent-dev libbenchmark-dev nodejs python3 python3-matplotlib fonts-inter postgresql-15)

# install_packages PACKAGE...: installs the packages that are missing. If none is missing, it does nothing. Services of the
# packages are not started.
install_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "cannot install packages without root or sudo; install them first: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  mkdir -p build
  "${as_root[@]}" sh scripts/apt_install.sh "${missing[@]}" >build/install.log 2>&1 ||
    fail "could not install ${missing[*]}: $(reason build/install.log 1 '^E: ') (full log: build/install.log)"
}

# Builds SQLite and libsodium for Windows. If the present script has built them before, it does nothing.
install_windows_libraries() {
  cmp -s scripts/windows_libraries.sh build/windows-libraries/made_by.sh && return
  say "building SQLite and libsodium for Windows"
  mkdir -p build
  bash scripts/windows_libraries.sh >build/windows-libraries.log 2>&1 ||
    fail "could not build SQLite and libsodium for Windows: $(reason build/windows-libraries.log 1 '^E: ' 'rror:') (full log: build/windows-libraries.log)"
}

# Installs the npm packages of the web pages, with the versions of clients/web/package-lock.json, if they are missing.
install_web_packages() {
  local installed=clients/web/node_modules/.package-lock.json
  [ "$installed" -nt clients/web/package-lock.json ] && return
  command -v npm >/dev/null || install_packages npm # Debian's nodejs comes without it
  say "installing the packages of clients/web"
  mkdir -p build
  npm --prefix clients/web ci --no-audit --no-fund >build/npm.log 2>&1 ||
    fail "could not install the packages of clients/web: $(reason build/npm.log 1 'npm (ERR!|error)') (full log: build/npm.log)"
  touch "$installed"
}

# reason LOG LINES PATTERN...: prints the reason of a failure in one line. The reason is LINES lines of the log, from the
# first line that matches a pattern. Earlier patterns go first. Without a match, it is the last line of the log.
reason() {
  local log=$1 lines=$2 pattern found=
  shift 2
  for pattern in "$@"; do
    found=$(grep -E -m1 -A$((lines - 1)) "$pattern" "$log") && break
  done
  [ -n "$found" ] || found=$(tail -n 1 "$log")
  printf '%s' "${found:-the log is empty}" | tr -s '[:space:]' ' '
}

# build PRESET TARGET...: configures and builds.
build() {
  local preset=$1 log=build/$1.log
  shift
  install_web_packages
  say "building $preset"
  mkdir -p build
  cmake --preset "$preset" >"$log" 2>&1 ||
    fail "configuring $preset failed: $(reason "$log" 3 'CMake Error') (full log: $log)"
  if [ -t 1 ]; then
    cmake --build "build/$preset" --target "$@" || fail "building $preset failed; see the first error above"
  else
    cmake --build "build/$preset" --target "$@" >"$log" 2>&1 ||
      fail "building $preset failed: $(reason "$log" 1 'rror:|undefined reference' FAILED) (full log: $log)"
  fi
}
