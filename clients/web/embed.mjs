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

const arrays = [];

/** A std::string_view of these bytes, which stand in an array of their own. (Literals may not be as long as pages are.) */
function viewOf(bytes) {
  if (bytes.length === 0) return "{}";
  const name = `bytes_${arrays.length}`;
  const lines = [];
  for (let at = 0; at < bytes.length; at += 32) lines.push(Array.from(new Int8Array(bytes.subarray(at, at + 32))).join(","));
  arrays.push(`constexpr char ${name}[] = {\n${lines.join(",\n")}};`);
  return `{${name}, sizeof ${name}}`;
}

const rows = readdirSync(dir)
  .filter((name) => extname(name) in contentTypes)
  .sort()
  .map((name) => {
    const bytes = readFileSync(join(dir, name));
    const compressed = gzipSync(bytes, { level: 9 });
    const gzip = compressed.length < bytes.length * 0.9 ? compressed : Buffer.alloc(0);
    const etag = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    const path = paths[name] ?? `/${name}`;
    return `    {"${path}", "${contentTypes[extname(name)]}", "\\"${etag}\\"", ${viewOf(bytes)}, ${viewOf(gzip)}},`;
  });

writeFileSync(
  out,
  `// Made by clients/web/embed.mjs; not to be edited.
#include "app/pages.h"

namespace madang::app {

namespace {
${arrays.join("\n")}
constexpr Page all[] = {
${rows.join("\n")}
};
}  // namespace

std::span<const Page> pages() { return all; }

}  // namespace madang::app
`,
);
