#!/usr/bin/python3
"""Tests of prose.py: planted bad sentences are found, at their lines, and good ones are not."""

import unittest

import prose


def lines_of(name: str, text: str) -> list[int]:
    return [int(problem.split(":")[1]) for problem in prose.problems_of(name, text)]


LONG = " ".join(["Word", *["word"] * 30]) + "."
MARKDOWN = """# Who is a heading

A client that reads is kept. Whoever does not
read is closed.

Who reads all of this? A reader.

- An item. Who reads it is a reader.
- So many of them.

| say | for |
|---|---|
| fan out | those who get "whoever" |

```
whoever wrote this code
```

    whoever wrote this code

The field `whoever` and the word "whoever" are quoted.
"""


class Prose(unittest.TestCase):
    def test_every_rule_finds_its_words(self):
        planted = [
            "Whoever is slow is closed.", "The server asks whomever it likes.", "Who is slow is closed.", "The one who is slow is closed.",
            "Those who are slow are closed.", "It keeps so many bytes.", "It waits so long.", "It waits so long as it must.",
            "The worker hands it out.", "The bytes are handed out.", "Steps are held back.", "It holds a step back.", "It waits in vain.",
            "It walks to and fro.",
        ]
        for sentence in planted:
            self.assertEqual(len(lines_of("a.h", f"// {sentence}\n")), 1, sentence)
        for one in prose.RULES:
            self.assertTrue(any(one.pattern.search(sentence) for sentence in planted), one.reason)

    def test_plain_sentences_have_no_problem(self):
        for sentence in [
            "A client that does not read is closed.", "The player who speaks is named.", "It sends as many bytes as fit.", "A handout for students.",
            "A worker fans the bytes out.", "Who is near?", "There are so many that it stops.", "The owner holds the lock. Then it comes back.",
        ]:
            self.assertEqual(prose.problems_of("a.h", f"// {sentence}\n"), [], sentence)

    def test_documents(self):
        self.assertEqual(lines_of("a.md", MARKDOWN), [3, 8, 9, 13])

    def test_comments_of_each_kind(self):
        self.assertEqual(lines_of("a.h", "// Fine.\n// Also fine. Whoever\n// comes.\n\n/// Whoever.\nint x;  ///< whoever\n"), [2, 5, 6])
        self.assertEqual(lines_of("a.ts", "/** Whoever.\n * So many.\n */\nconst x = 1; // whoever\nconst y = 'https://whoever';\n"), [1, 2, 4])
        self.assertEqual(lines_of("a.py", "#!/usr/bin/whoever\n# Whoever.\nx = 1  # whoever\ny = 'whoever'\n"), [2, 3])
        self.assertEqual(lines_of("a.cpp", 'say("whoever");\nint whoever = 1;\nf(1);  // Whoever.\n'), [3])

    def test_sentences_go_over_lines_and_list_items_do_not(self):
        self.assertEqual(lines_of("a.h", "// The one\n// who is slow. Fine.\n"), [1])
        self.assertEqual(lines_of("a.h", "// The rules:\n//   - One is not\n//     who.\n//   - Who is slow is closed.\n"), [4])

    def test_examples_in_comments_are_left_out(self):
        self.assertEqual(lines_of("a.h", "// Use it so:\n//   for (auto whoever : all) {}\n// Then whoever.\n"), [3])

    def test_long_sentences_in_headers_and_documents(self):
        for name, text in [("a.h", f"// Fine.\n// {LONG}\n"), ("a.md", f"Fine.\n{LONG}\n")]:
            self.assertEqual(lines_of(name, text), [2], name)
        self.assertEqual(lines_of("a.h", "// " + LONG.replace("word word.", "word.") + "\n"), [], "30 words are allowed")
        self.assertEqual(lines_of("a.cpp", f"// {LONG}\n"), [])

    def test_long_comments_in_code(self):
        comment = "  // Fine.\n" * (prose.CODE_COMMENT_LINES_MAX + 1)
        self.assertEqual(lines_of("a.cpp", f"int f() {{\n{comment}  return 1;\n}}\n"), [2])
        self.assertEqual(lines_of("a.cpp", "int f() {\n" + "  // Fine.\n" * prose.CODE_COMMENT_LINES_MAX + "}\n"), [], "the limit itself")
        self.assertEqual(lines_of("a.cpp", comment.replace("  //", "//")), [], "the head of a file may be longer")


if __name__ == "__main__":
    unittest.main()
