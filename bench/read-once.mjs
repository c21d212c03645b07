/** Reads one pattern with the built program, and prints what that took: `node read-once.mjs <built program> <document>`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , program, file] = process.argv;
const { readPattern, summarize } = await import(
  pathToFileURL(join(program, "patterns/index.js")).href
);
const text = readFileSync(file, "utf8");

const before = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const startedAt = process.hrtime.bigint();
const { issues, accepted, model } = readPattern(text);
if (model !== undefined) summarize(model);
const wallMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
const { user, system } = process.cpuUsage(cpu);
const peak = process.resourceUsage().maxRSS * 1024;

process.stdout.write(
  JSON.stringify({
    wallMs,
    // Time of this process only: what another one takes of a shared machine is not in it.
    cpuMs: (user + system) / 1000,
    peakMb: peak / 1e6,
    grownMb: (peak - before) / 1e6,
    issues: issues.length,
    accepted: accepted !== undefined,
  }),
);
