/**
 * `npm run check`: quick enough to run before every commit. All that is checked without running the program, and the unit
 * tests of what is not committed yet; `npm test` runs all of them.
 */
import { runChecks } from "./lib/checks.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { printTotal } from "./lib/total.mjs";
import { runVitest } from "./lib/vitest.mjs";

ensureInstalled();
let tests;
const checks = await runChecks(() => {
  tests = runVitest(["--project", "unit", "--changed", "--passWithNoTests"]);
});
printTotal([checks, await tests]);
