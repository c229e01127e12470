#!/usr/bin/env bash
# windows_libraries.sh: builds SQLite and libsodium for Windows from Debian's source packages, because Debian has no packages of
# them for MinGW. The result is build/windows-libraries; cmake/windows-toolchain.cmake looks there. common.sh calls this script.
#
# The script needs no root, and does not change the system's lists of packages. apt checks the signatures of the lists against
# Debian's keys, and the sources against the checksums in the lists.
set -euo pipefail
cd "$(dirname "$0")/.."

export cc=x86_64-w64-mingw32-gcc-posix work=$PWD/build/windows-libraries.work
made=$work/made
rm -rf "$work"
mkdir -p "$work"/{lists,cache,objects} "$made"/{lib,include}
cp scripts/windows_libraries.sh "$made/made_by.sh" # common.sh compares it with this script
cd "$work"

# The system's mirrors of Debian, in the system's order. They are not known if the system has not fetched its lists.
keys=/usr/share/keyrings/debian-archive-keyring.gpg
apt-get indextargets --format "deb-src [signed-by=$keys] \$(REPO_URI) \$(RELEASE) main" \
  'Identifier: Packages' 'Origin: Debian' 'Component: main' | awk '!seen[$0]++' >sources.list
if ! [ -s sources.list ]; then
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME-stable}")
  echo "deb-src [signed-by=$keys] http://deb.debian.org/debian $codename main" >sources.list
fi
options=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists"
  -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
apt-get "${options[@]}" -o APT::Update::Error-Mode=any update
apt-get "${options[@]}" source sqlite3 libsodium

(
  cd sqlite3-*/
  ./configure --disable-tcl --disable-readline
  make sqlite3.c # all sources in one file
  "$cc" -O2 -DSQLITE_THREADSAFE=1 -c sqlite3.c -o "$work/objects/sqlite3.o"
  cp sqlite3.h "$made/include"
)
x86_64-w64-mingw32-ar qcs "$made/lib/libsqlite3.a" objects/sqlite3.o
rm objects/*

# The configuration of libsodium needs autoconf, and what it finds is the same on all 64-bit Windows. So it is given here. AVX is
# left out, because GCC does not align the stack for AVX on Windows (GCC bug 54412).
(
  cd libsodium-*/
  value() { sed -n "s/^$1=//p" configure.ac; }
  version=$(basename "$PWD")
  cd src/libsodium
  sed -e "s/@VERSION@/${version#libsodium-}/" -e "s/@SODIUM_LIBRARY_MINIMAL_DEF@//" \
    -e "s/@SODIUM_LIBRARY_VERSION_MAJOR@/$(cd ../.. && value SODIUM_LIBRARY_VERSION_MAJOR)/" \
    -e "s/@SODIUM_LIBRARY_VERSION_MINOR@/$(cd ../.. && value SODIUM_LIBRARY_VERSION_MINOR)/" \
    include/sodium/version.h.in >include/sodium/version.h
  find -- * -name '*.c' | xargs -P "$(nproc)" -I{} sh -c '"$cc" -O2 -w -Iinclude/sodium -Iinclude -DCONFIGURED=1 \
    -DSODIUM_STATIC=1 -DNATIVE_LITTLE_ENDIAN=1 -DHAVE_TI_MODE=1 -DHAVE_CPUID=1 -DHAVE_EMMINTRIN_H=1 -DHAVE_PMMINTRIN_H=1 \
    -DHAVE_TMMINTRIN_H=1 -DHAVE_SMMINTRIN_H=1 -c {} -o "$work/objects/$(echo {} | tr / _).o"'
  cp include/sodium.h "$made/include"
  mkdir "$made/include/sodium"
  cp include/sodium/*.h "$made/include/sodium"
)
x86_64-w64-mingw32-ar qcs "$made/lib/libsodium.a" objects/*

cd ..
rm -rf windows-libraries
mv "$made" windows-libraries
rm -rf "$work"
