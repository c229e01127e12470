// Checks a page in a browser with axe-core: all rules of WCAG and of good practice.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Asserts that the page has no violation. `what` names the state of the page. */
export async function assertAccessible(page, what) {
  // The page's policy allows no foreign script, so the browser's debugger runs this one.
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
