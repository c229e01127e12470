"""All files, functions and tests that docs/lecture.md names must exist."""

import re

import pytest

from conftest import ROOT

PAGE = ROOT / "docs" / "lecture.md"
LINKS = re.findall(r"\[([^\]]+)\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "target"), LINKS, ids=[text for text, _ in LINKS])
def test_what_the_page_names_exists(text, target):
    if target.startswith("#"):
        headings = re.findall(r"^#+ (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
        assert target[1:] in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        return
    file = (PAGE.parent / target).resolve()
    assert file.is_file(), f"{target} is not a file"
    if not (text.startswith("`") and text.endswith("`")):
        return
    name = text.strip("`")
    if name != file.stem:
        assert re.search(definition_of(name), file.read_text(encoding="utf-8")), f"{target} knows no {name}"


def definition_of(name: str) -> str:
    if name.startswith("test_"):
        return rf"\bdef {name}\("
    if "." in name:
        suite, test = name.split(".")
        return rf"\bTEST\w*\({suite}, {test}\)"
    # `Class::function` stands as such where it is defined outside of its class, and in two words within it.
    words = name.split("::")
    return "".join(rf"(?=[\s\S]*\b{word}\b)" for word in words)



def test_every_test_that_the_page_names_is_linked_to_its_file():
    spans = set(re.findall(r"`(test_\w+|[A-Z]\w+\.[A-Z]\w+)`", PAGE.read_text(encoding="utf-8")))
    assert spans <= {text.strip("`") for text, _ in LINKS}
