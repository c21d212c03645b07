/** `npm run check`: what needs no service; quick enough to run before every commit. */
import { runChecks } from "./lib/checks.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { printTotal } from "./lib/total.mjs";
import { runVitest } from "./lib/vitest.mjs";

ensureInstalled();
let tests;
const checks = await runChecks(() => {
  tests = runVitest(["--project", "unit", "--project", "replay"]);
});
printTotal([checks, await tests]);
