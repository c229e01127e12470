"""Plain words: finds sentences in comments and documents that docs/style.md does not allow.

`problems_of` splits the prose of a file into sentences and applies RULES to each of them. The prose is the comments of code
and the text of Markdown. Code and text in "quotation marks" or `backquotes` are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Rule:
    pattern: re.Pattern[str]
    reason: str  # what to write instead


def rule(pattern: str, reason: str) -> Rule:
    return Rule(re.compile(pattern), reason)


# A word of the glossary's column "not" has a rule here if a machine can recognize the forbidden meaning.
RULES = [
    rule(r"(?i)\bwhom?ever\b", 'write "a client that ...": "whoever" has no noun'),
    rule(r"^(?:Who|Whom|Whose)\b(?!.*\?)", 'write "A client that ...": the sentence begins without a noun'),
    rule(
        r"(?i)\b(?:those|one|ones|he|they|somebody|someone|everybody|anybody|nobody|all|and|but|or) whom?\b",
        'write "a client that ...": "who" needs a noun before it',
    ),
    rule(r"(?i)\bso (?:many|much|long)\b(?! as\b)(?! that\b)", "name the number or the length, with its unit"),
    rule(r"(?i)\bso long as\b", 'write "while"'),
    rule(r"(?i)\bhand(?:s|ed|ing)? (?:\w+ ){0,2}out\b", 'write "fan out" for a tick, "give" for a value'),
    rule(r"(?i)\bh[eo]ld(?:s|ing)? (?:\w+ ){0,2}back\b", 'write "suppress" or "throttle" for steps, "delay" for other things'),
    rule(r"(?i)\bin vain\b|\bnevertheless\b|\bhence\b|\bthereof\b|\bto and fro\b", "use a common word"),
]
SENTENCE_WORDS_MAX = 30  # docs/style.md asks for 20; a machine counts list items and values as words, too
CODE_COMMENT_LINES_MAX = 6  # docs/style.md asks for 3; a comment before a group of functions is also "inside of code"

SLASHES = {".h", ".cpp", ".ts", ".mjs"}
HASHES = {".py", ".sh", ".cmake", ".toml", ".yml"}
HASHES_NAMES = {"run", "test", "film", "CMakeLists.txt"}


@dataclass(frozen=True)
class Block:
    """A comment or a paragraph. `isInCode`: the comment is between the lines of a function."""

    line: int
    lines: tuple[str, ...]
    is_in_code: bool = False


def problems_of(name: str, text: str) -> list[str]:
    """Returns a line for each problem of a file: the file, the line, and the reason."""
    path = PurePath(name)
    found = []
    for block in blocks_of(path, text):
        if block.is_in_code and len(block.lines) > CODE_COMMENT_LINES_MAX:
            found.append(f"{name}:{block.line}: a comment of {len(block.lines)} lines in code; at most {CODE_COMMENT_LINES_MAX}")
        for number, sentence in sentences_of(block):
            for one in RULES:
                if match := one.pattern.search(sentence):
                    found.append(f"{name}:{number}: {match[0]!r}: {one.reason}")
            words = sum(1 for word in sentence.split() if re.search(r"\w", word))
            if words > SENTENCE_WORDS_MAX and path.suffix in {".h", ".md"}:
                found.append(f"{name}:{number}: a sentence of {words} words; at most {SENTENCE_WORDS_MAX}")
    return found


def blocks_of(path: PurePath, text: str) -> Iterator[Block]:
    if path.suffix == ".md":
        yield from paragraphs(text.splitlines())
    elif path.suffix in SLASHES:
        yield from comments(text.splitlines(), slash_comment)
    elif path.suffix in HASHES or path.name in HASHES_NAMES:
        yield from comments(text.splitlines(), hash_comment)


# --- Comments

BLOCK_COMMENT = re.compile(r"^\s*(?:/\*\*?|\*(?!/))\s?(.*?)\s*(?:\*/)?$")
LINE_COMMENT = re.compile(r"^\s*//[/!]?<? ?(.*)$")
TRAILING_COMMENT = re.compile(r"^.*[;{},(]\s*//[/!]?<? (.*)$")
HASH_COMMENT = re.compile(r"^\s*#(?!!)\s?(.*)$")
TRAILING_HASH_COMMENT = re.compile(r"^.*[\w)\]}\"',:(]  # (.*)$")


def slash_comment(line: str) -> tuple[str | None, bool]:
    """Returns the comment of a line, and whether the whole line is a comment."""
    if match := LINE_COMMENT.match(line) or (BLOCK_COMMENT.match(line) if line.lstrip()[:1] in {"/", "*"} else None):
        return match[1], True
    match = TRAILING_COMMENT.match(line)
    return (match[1] if match else None), False


def hash_comment(line: str) -> tuple[str | None, bool]:
    if match := HASH_COMMENT.match(line):
        return match[1], True
    match = TRAILING_HASH_COMMENT.match(line)
    return (match[1] if match else None), False


def comments(lines: list[str], comment_of) -> Iterator[Block]:
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        comment, is_whole_line = comment_of(line)
        if is_whole_line and comment is not None:
            block.append(comment)
            continue
        if block:
            first = number - len(block)
            indented = lines[first - 1][:1].isspace()
            yield Block(first, tuple(block), is_in_code=indented and lines[first - 1].lstrip()[:3] == "// ")
            block = []
        if comment is not None:
            yield Block(number, (comment,))


# --- Documents


def paragraphs(lines: list[str]) -> Iterator[Block]:
    """Yields the paragraphs, list items and table cells of a document. Code and quotations are left out."""
    block: list[str] = []
    is_code = False
    for number, line in enumerate([*lines, ""], 1):
        is_fence = line.lstrip().startswith("```")
        starts_anew = is_fence or is_code or not line.strip() or re.match(r"^\s*(?:[-*] |\d+\. |#|>|\||<)|^    ", line) is not None
        if starts_anew and block:
            yield Block(number - len(block), tuple(block))
            block = []
        if is_fence:
            is_code = not is_code
        elif line.startswith("|"):
            yield from (Block(number, (cell,)) for cell in line.strip("| \n").split(" | "))
        elif not is_code and line.strip() and not re.match(r"^\s*[>#<]", line):
            block.append(re.sub(r"^\s*(?:[-*]|\d+\.) ", "", line))


# --- Sentences

QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»|\]\([^)]*\)|https?://\S+")
LIST_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) ")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])[)*_]*\s+(?=[A-Z\x00(\[*_])|(?<=:)\s+(?=[A-Z])")


def sentences_of(block: Block) -> Iterator[tuple[int, str]]:
    """Yields the sentences of a block, each with its first line. A list item and an indented line begin a new sentence."""
    parts: list[tuple[int, list[str]]] = []
    is_item = False
    for offset, line in enumerate(block.lines):
        is_indented = line.startswith("  ")
        starts_item = LIST_ITEM.match(line) is not None
        begins = not parts or not line.strip() or starts_item or (is_indented and not is_item) or (is_item and not is_indented)
        is_item = starts_item or (is_item and is_indented)
        text = LIST_ITEM.sub("", line).strip()
        if is_indented and not is_item:
            text = ""  # an example or a table
        if begins:
            parts.append((block.line + offset, [text]))
        else:
            parts[-1][1].append(text)
    for first, texts in parts:
        joined = QUOTED.sub("\x00", "\n".join(texts))
        at = 0
        for end in [*(match.start() for match in END_OF_SENTENCE.finditer(joined)), len(joined)]:
            sentence = joined[at:end]
            number = first + joined[:at].count("\n") + (len(sentence) - len(sentence.lstrip()) > 0 and sentence[: len(sentence) - len(sentence.lstrip())].count("\n"))
            yield number, " ".join(sentence.split())
            at = end
