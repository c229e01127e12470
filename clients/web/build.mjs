// Bundles the pages into a directory, from which the build compiles them into the server.
//
//   node build.mjs OUT_DIR
//
// A page loads only files from its own host, without inline scripts and styles: the server's Content-Security-Policy allows
// nothing else.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const out = process.argv[2];
if (!out) {
  console.error("usage: node build.mjs OUT_DIR");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { player: "src/player/main.ts", operator: "src/operator/main.ts", playground: "src/playground/main.ts" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none",
  logLevel: "warning",
});
for (const [from, to] of [
  ["src/player/index.html", "index.html"],
  ["src/operator/operator.html", "operator.html"],
  ["src/playground/playground.html", "playground.html"],
  ["src/favicon.svg", "favicon.svg"],
])
  await copyFile(join(here, from), join(out, to));
