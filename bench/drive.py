#!/usr/bin/python3
"""Runs a benchmark that ./bench/run has built: drive.py NAME [options of that benchmark].

Each benchmark is a module of bench/driver with a function main(arguments).
"""

import importlib
import sys

from driver.process import Failed


def main() -> int:
    name, *arguments = sys.argv[1:]
    try:
        importlib.import_module(f"driver.{name}").main(arguments)
    except Failed as failure:
        print(f"./bench/run {name}: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
