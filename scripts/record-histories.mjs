/** `npm run history:record`: runs the replay corpus on a real server and keeps the histories that are not there yet. */
import { ROOT } from "./lib/install.mjs";
import { runVitest } from "./lib/vitest.mjs";

const { failed } = await runVitest(
  ["--project", "workflow", "test/workflow/replay-corpus.test.ts"],
  { HEDDLE_RECORD_HISTORIES: `${ROOT}test/replay/histories` },
);
process.exitCode = failed === 0 ? 0 : 1;
