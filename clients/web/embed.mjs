// Makes a C++ file of what build.mjs has built: the table of src/app/pages.h.
//
//   node embed.mjs DIR OUT.cpp
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const [dir, out] = process.argv.slice(2);
if (!dir || !out) {
  console.error("usage: node embed.mjs DIR OUT.cpp");
  process.exit(2);
}

const contentTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};
// Where a page stands under another name than its file's.
const paths = { "index.html": "/", "operator.html": "/operator" };

/** As C++ string literals, one a line. Octal escapes end by themselves, after three digits. */
function literalOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 64) {
    text += '\n    "';
    for (const byte of bytes.subarray(at, at + 64)) {
      const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      text += isPlain ? String.fromCharCode(byte) : "\\" + byte.toString(8).padStart(3, "0");
    }
    text += '"';
  }
  return text || '""';
}

const rows = readdirSync(dir)
  .filter((name) => extname(name) in contentTypes)
  .sort()
  .map((name) => {
    const bytes = readFileSync(join(dir, name));
    const compressed = gzipSync(bytes, { level: 9 });
    const gzip = compressed.length < bytes.length * 0.9 ? compressed : Buffer.alloc(0);
    const etag = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    const sized = (content) => `std::string_view(${literalOf(content)},\n    ${content.length})`;
    return `  {"${paths[name] ?? "/" + name}", "${contentTypes[extname(name)]}", "\\"${etag}\\"",\n   ${sized(bytes)},\n   ${sized(gzip)}},`;
  });

writeFileSync(
  out,
  `// Made by clients/web/embed.mjs; not to be edited.
#include "app/pages.h"

namespace madang::app {

namespace {
constexpr Page all[] = {
${rows.join("\n")}
};
}  // namespace

std::span<const Page> pages() { return all; }

}  // namespace madang::app
`,
);
