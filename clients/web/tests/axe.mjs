// Asks axe-core about a page in a browser: the rules of WCAG and of good practice, all of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** `what`: the state that the page is in. */
export async function assertAccessible(page, what) {
  // The page's policy allows no scripts of others: the browser's debugger runs this one.
  const { violations, passes } = await page.evaluate(async (script) => {
    if (!window.axe) (0, eval)(script);
    return window.axe.run(document, { resultTypes: ["violations"] });
  }, source);
  assert.ok(passes.length > 5, `${what}: rules were applied`);
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`),
    [],
    what,
  );
}
