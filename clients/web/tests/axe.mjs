// axe-core on a page as it is now: what of it people with a screen reader, or who see colours otherwise, cannot use.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** No rule of axe-core's is broken. `what` names the moment that is looked at. */
export async function assertAccessible(page, what) {
  // Evaluated, not added as a script: the page's content security policy lets no script of another's in.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary?.replaceAll("\n", " ")}`));
  });
  assert.deepEqual(violations, [], what);
}
