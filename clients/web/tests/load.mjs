// Loads a TypeScript module of the pages into a test.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

/** Returns the exports of a module. `path` is relative to clients/web/src: "player/view.ts". */
export async function load(path) {
  const entry = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false, logLevel: "error" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
