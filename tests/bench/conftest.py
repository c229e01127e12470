"""What the tests of the benchmarks need: the programs of the release build, and the modules that drive them.

ctest runs them; by hand: `/usr/bin/python3 -m pytest tests/bench`, after a build of all targets of the preset `release`.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASE_BUILD = Path(os.environ.get("MADANG_RELEASE_BUILD", ROOT / "build" / "release"))

sys.path.insert(0, str(ROOT / "bench"))
