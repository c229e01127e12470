#!/usr/bin/python3
"""The rules of docs/style.md that a machine can check: includes, length of files, forbidden words, format, plain words,
and files that docs/architecture.md names.

Prints one line for each problem, and the number of problems. Exits with 1 if there is a problem.
"""

import re
import subprocess
import sys
from pathlib import Path

import prose

ROOT = Path(__file__).resolve().parents[2]

# The rooms that each room may include, besides itself. The rooms of the engine are the folders of src/madang/.
MAY_INCLUDE = {
    "base": set(),
    "io": {"base"},
    "wire": {"base"},
    "keeper": {"base", "wire"},
    "world": {"base", "wire"},
    "board": {"base", "wire", "world"},
    "net": {"base", "io", "wire", "world"},
    "client": {"base", "io", "wire", "world"},
    "board/client": {"base", "io", "wire", "world", "board", "client"},
    "sim": {"base", "io", "wire", "world", "net", "client"},
    "server": {"base", "io", "wire", "keeper", "world", "net", "client"},
    "app": {"base", "io", "wire", "world", "board", "net", "client", "board/client", "server"},
}
# Examples of games use what every game may use: the engine, and their own files.
GAME_EXAMPLES = {"arena", "duel", "law", "rooms"}
LINES_MAX = 600
GENERATED = {  # generated files have no limit of their length
    "clients/web/src/protocol.ts",
    "src/madang/base/unicode_tables.cpp",
    "src/madang/keeper/look_tables.cpp",
}
CODE = {".h", ".cpp", ".ts", ".py"}
# Files whose prose is not checked (prose.py), by the beginning of the name, each with a reason.
NOT_PLAIN = (
    "clients/web/src/protocol.ts",  # generated from src/madang/wire
    "clients/web/package-lock.json",  # written by npm
    "tests/tidy/prose.py",  # holds the forbidden words
    "tests/tidy/prose_test.py",  # plants forbidden words
    "README.ko.md",  # Korean
)
BANNED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|std::(cout|cerr|endl)|\busing namespace std;")


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def prose_problems_of(path: Path) -> list[str]:
    name = str(path.relative_to(ROOT))
    if name.startswith(NOT_PLAIN):
        return []
    try:
        return prose.problems_of(name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return []  # a picture


def room_of(name: Path) -> str:
    if name.parts[1:3] == ("board", "client"):
        return "board/client"
    return name.parts[2] if name.parts[1] == "madang" else name.parts[1]


def problems_of(path: Path) -> list[str]:
    name = path.relative_to(ROOT)
    if path.suffix not in CODE or path == Path(__file__):
        return []
    found = []
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > LINES_MAX and str(name) not in GENERATED:
        found.append(f"{name}: {len(lines)} lines; at most {LINES_MAX}")
    for number, line in enumerate(lines, 1):
        if match := BANNED.search(line):
            found.append(f"{name}:{number}: {match[0]} is not allowed")
        include = re.match(r'#include "(?:madang/)?(board/client|\w+)/', line)
        if include and name.parts[0] == "src":
            room, included = room_of(name), include[1]
            if included != room and included not in MAY_INCLUDE[room]:
                found.append(f"{name}:{number}: {room} must not include {included} (docs/architecture.md)")
        local = re.match(r'#include "(?!madang/)(\w+)/', line)
        if local and name.parts[0] == "examples" and name.parts[1] in GAME_EXAMPLES and local[1] != name.parts[1]:
            found.append(f"{name}:{number}: an example of a game must not include {local[1]}")
        macro = re.match(r"#define (\w+)", line)
        if macro and path.suffix == ".h" and name.parts[0] == "src" and not macro[1].startswith("MADANG_"):
            found.append(f"{name}:{number}: the macro {macro[1]} does not begin with MADANG_")
    if path.suffix == ".h" and "#pragma once" not in lines:
        found.append(f"{name}: a header without #pragma once")
    if name.parts[0] == "src" and path.suffix == ".h" and not lines[0].startswith("//"):
        found.append(f"{name}: the header does not begin with its purpose")
    return found


def missing_names(path: Path, tracked: list[str]) -> list[str]:
    """Files that the architecture names, but that do not exist. Their names may leave out the first folders."""
    if path != ROOT / "docs/architecture.md":
        return []
    named = set(re.findall(r"`([\w./-]+\.(?:h|cpp|ts|mjs|toml))`", path.read_text(encoding="utf-8")))
    missing = sorted(name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in tracked))
    return [f"{path.relative_to(ROOT)}: there is no file {name}" for name in missing]


def unformatted(files: list[Path]) -> list[str]:
    sources = [str(path) for path in files if path.suffix in {".h", ".cpp"}]
    result = subprocess.run(["clang-format-19", "--dry-run", *sources], cwd=ROOT, capture_output=True, check=True)
    names = sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning", result.stderr.decode(), re.MULTILINE)))
    return [f"{Path(name).relative_to(ROOT)}: not formatted; run clang-format-19 -i" for name in names]


def main() -> int:
    files = tracked_files()
    tracked = [str(path.relative_to(ROOT)) for path in files]
    found = [
        problem for path in files for problem in problems_of(path) + prose_problems_of(path) + missing_names(path, tracked)
    ] + unformatted(files)
    for problem in found:
        print(problem)
    print(f"tidy: {len(files)} files, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
