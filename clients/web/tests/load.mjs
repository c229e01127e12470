// Gives a test what a TypeScript module exports, built on the way as for the page.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

/** `path`: from clients/web/src, as "player/view.ts". */
export async function load(path) {
  const entry = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false, logLevel: "error" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
