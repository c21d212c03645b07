import { spawn } from "node:child_process";
import { ROOT } from "./install.mjs";

/** What is checked without running the program; each counts as one test. */
const CHECKS = [
  {
    name: "lint",
    command: [
      "eslint",
      "--max-warnings",
      "0",
      "--cache",
      "--cache-location",
      "node_modules/.cache/eslint/",
      ".",
    ],
  },
  { name: "types", command: ["tsc", "-p", "tsconfig.json"] },
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "--cache", "."] },
  { name: "types of the sandbox rooms", command: ["tsc", "-p", "tsconfig.sandbox.json"] },
  {
    name: "walls between rooms",
    command: ["depcruise", "--config", ".dependency-cruiser.cjs", "src"],
  },
  { name: "dead code", command: ["knip"] },
];

const AT_ONCE = 2;

/**
 * Runs all checks, two at a time, and prints the output of those that fail. `onIdle` is told when the first of the two
 * finds nothing more to do: without its cache the lint goes on for as long as all others together.
 */
export async function runChecks(onIdle = () => undefined) {
  const counts = { passed: 0, failed: 0 };
  const waiting = [...CHECKS];
  let isIdle = false;
  const runner = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = Date.now();
      const { status, output } = await run(check.command);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const isPassed = status === 0;
      counts[isPassed ? "passed" : "failed"] += 1;
      console.log(
        `${isPassed ? "✓" : "✗"} ${check.name} (${seconds} s)${isPassed ? "" : `\n${output}`}`,
      );
    }
    if (!isIdle) onIdle();
    isIdle = true;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  return counts;
}

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(`${ROOT}node_modules/.bin/${program}`, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => resolve({ status: 1, output: error.message }));
    child.on("close", (status) => resolve({ status, output: Buffer.concat(chunks).toString() }));
  });
}
