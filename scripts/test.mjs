/** `npm test`: everything, on a fresh clone too. */
import { ensureBrowser } from "./lib/browser.mjs";
import { runChecks } from "./lib/checks.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { printTotal } from "./lib/total.mjs";
import { runVitest } from "./lib/vitest.mjs";

ensureInstalled();
const browser = ensureBrowser();
let tests;
const checks = await runChecks(() => {
  tests = runVitest([], browser === undefined ? {} : { CHROMIUM_PATH: browser });
});
printTotal([checks, await tests]);
