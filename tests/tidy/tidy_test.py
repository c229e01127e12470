#!/usr/bin/python3
"""The house rules that a machine can see: where includes point, how long files are, which words do not belong.

Prints what is wrong, one line each, and exits with 1; says nothing but a count when all is well.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What each room of src/ may include, besides itself.
MAY_INCLUDE = {
    "base": set(),
    "io": {"base"},
    "wire": {"base"},
    "world": {"base"},
    "net": {"base", "io", "wire", "world"},
    "client": {"base", "io", "wire"},
    "app": {"base", "io", "wire", "world", "net", "client"},
}
LINES_MAX = 600
GENERATED = {"clients/web/src/protocol.ts"}  # nobody reads them from end to end
CODE = {".h", ".cpp", ".ts", ".py"}
BANNED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|std::(cout|cerr|endl)|\busing namespace std;")


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def problems_of(path: Path) -> list[str]:
    name = path.relative_to(ROOT)
    if path.suffix not in CODE or path == Path(__file__):
        return []
    found = []
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > LINES_MAX and str(name) not in GENERATED:
        found.append(f"{name}: {len(lines)} lines; at most {LINES_MAX}, one noun a file")
    for number, line in enumerate(lines, 1):
        if match := BANNED.search(line):
            found.append(f"{name}:{number}: {match[0]} does not belong here")
        include = re.match(r'#include "(\w+)/', line)
        if include and name.parts[0] == "src":
            room, included = name.parts[1], include[1]
            if included != room and included not in MAY_INCLUDE[room]:
                found.append(f"{name}:{number}: {room} does not include {included} (docs/architecture.md)")
    if path.suffix == ".h" and "#pragma once" not in lines:
        found.append(f"{name}: a header without #pragma once")
    if name.parts[0] == "src" and path.suffix == ".h" and not lines[0].startswith("//"):
        found.append(f"{name}: a header opens with what it is for")
    return found


def unformatted(files: list[Path]) -> list[str]:
    sources = [str(path) for path in files if path.suffix in {".h", ".cpp"}]
    result = subprocess.run(["clang-format-19", "--dry-run", *sources], cwd=ROOT, capture_output=True, check=True)
    names = sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning", result.stderr.decode(), re.MULTILINE)))
    return [f"{Path(name).relative_to(ROOT)}: not formatted; clang-format-19 -i mends it" for name in names]


def main() -> int:
    files = tracked_files()
    found = [problem for path in files for problem in problems_of(path)] + unformatted(files)
    for problem in found:
        print(problem)
    print(f"tidy: {len(files)} files, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
