/** Runs the pattern beside this file as a person would, and reads the report. For pattern.test.mjs. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** The command line to call: the one that is installed here, or what HEDDLE says. */
const [PROGRAM, ...FIRST] = (process.env.HEDDLE ?? "npx --no-install heddle").split(" ");

/** What input.json holds, for tests that change a part of it. */
export const input = JSON.parse(readFileSync(new URL("input.json", import.meta.url), "utf8"));

/** Starts one run, waits for its end, and gives its report: status, output, error, steps, hooks. */
export function run(given, ...flags) {
  const arguments_ = ["run", "start", "pattern.yaml", "--input", JSON.stringify(given), ...flags];
  const { stdout, stderr, error } = spawnSync(
    PROGRAM,
    [...FIRST, ...arguments_, "--wait", "--json"],
    {
      cwd: FOLDER,
      encoding: "utf8",
    },
  );
  if (error !== undefined) throw error;
  const report = stdout === "" ? {} : JSON.parse(stdout);
  if (report.steps === undefined) throw new Error(`No run was started: ${stdout}${stderr}`);
  return report;
}

/** The steps that began, in the order in which they did, as `id` or `id[instance]`. */
export function trace({ steps }) {
  return steps
    .filter(({ startedAt, status }) => startedAt !== null && status !== "skipped")
    .map((step, index) => ({ ...step, index }))
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.index - b.index)
    .map(({ id, instance }) => (instance === undefined ? id : `${id}[${instance}]`));
}

/** `{ "work[0.1]": "succeeded", ... }` */
export function statuses({ steps }) {
  return Object.fromEntries(
    steps.map(({ id, instance, status }) => [
      instance === undefined ? id : `${id}[${instance}]`,
      status,
    ]),
  );
}
