/** `npm start`: the whole platform on this machine, with the examples, on a fresh clone too. */
import { pathToFileURL } from "node:url";
import { ensureInstalled, ROOT } from "./lib/install.mjs";

ensureInstalled();

// In this process rather than in a child: Ctrl-C, SIGTERM and even SIGKILL then reach the one process that matters.
const main = `${ROOT}src/cli/main.ts`;
process.argv = [process.execPath, main, "dev", "--examples", "--demo", ...process.argv.slice(2)];
const { register } = await import("tsx/esm/api");
register();
await import(pathToFileURL(main).href);
