#!/usr/bin/python3
"""docs/law.md quotes examples/law: each block of C++ stands in one of the headers, line by line."""

import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "law.md"
HEADERS = sorted((ROOT / "examples" / "law").glob("*.h"))


def blocks_of(text: str) -> list[tuple[int, list[str]]]:
    """Returns the blocks of C++ of a document, each with the number of its first line."""
    blocks: list[tuple[int, list[str]]] = []
    block: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if block is None:
            if line.strip() == "```cpp":
                block = []
                blocks.append((number + 1, block))
        elif line.strip() == "```":
            block = None
        else:
            block.append(line)
    return blocks


def without_indentation(lines: list[str]) -> list[str]:
    """Removes the spaces that all lines begin with."""
    indentations = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    common = min(indentations, default=0)
    return [line[common:].rstrip() for line in lines]


def is_quoted(block: list[str], source: str) -> bool:
    """Returns whether the lines of the block stand in the source, one after the other."""
    wanted = without_indentation(block)
    lines = source.splitlines()
    return any(without_indentation(lines[at : at + len(wanted)]) == wanted for at in range(len(lines) - len(wanted) + 1))


class Law(unittest.TestCase):
    def test_each_block_stands_in_a_header(self):
        sources = [header.read_text(encoding="utf-8") for header in HEADERS]
        for number, block in blocks_of(DOCUMENT.read_text(encoding="utf-8")):
            self.assertTrue(any(line.strip() for line in block), f"docs/law.md:{number}: an empty block")
            self.assertTrue(
                any(is_quoted(block, source) for source in sources),
                f"docs/law.md:{number}: this block is in no header of examples/law: {block[0]}",
            )

    def test_each_example_is_quoted_and_has_a_test(self):
        text = DOCUMENT.read_text(encoding="utf-8")
        blocks = [block for _, block in blocks_of(text)]
        for header in HEADERS:
            if header.name == "common.h":
                continue
            self.assertIn(f"examples/law/{header.name}", text)
            self.assertTrue(any(is_quoted(block, header.read_text(encoding="utf-8")) for block in blocks), header.name)
            self.assertTrue((ROOT / "tests" / "unit" / "law" / f"{header.stem}_test.cpp").is_file(), header.name)

    def test_a_block_that_differs_is_found(self):
        source = "class Game {\n  void take() {\n    --gold;\n  }\n};\n"
        self.assertEqual(blocks_of("Text\n```cpp\nvoid take() {\n```\nText\n```\nnot C++\n```\n"), [(3, ["void take() {"])])
        self.assertTrue(is_quoted(["void take() {", "  --gold;", "}"], source))
        self.assertFalse(is_quoted(["void take() {", "  ++gold;", "}"], source))
        self.assertFalse(is_quoted(["void take() {", "}"], source), "a line is left out")
        self.assertFalse(is_quoted(["void take() {", "--gold;"], source), "another indentation")


if __name__ == "__main__":
    unittest.main()
