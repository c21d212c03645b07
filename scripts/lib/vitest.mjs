import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./install.mjs";

/** Runs vitest with its report on the terminal, and counts from its JSON report. */
export async function runVitest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "heddle-report-"));
  const file = join(folder, "report.json");
  try {
    const status = await spawnVitest(
      ["run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
      env,
    );
    return countResults(
      status,
      existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not even be loaded, and an error outside of any test, are failures too. */
function countResults(status, report) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status: state, assertionResults }) =>
      state === "failed" && assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function spawnVitest(args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${ROOT}node_modules/vitest/vitest.mjs`, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: "inherit",
    });
    child.on("error", () => resolve(1));
    child.on("close", (status) => resolve(status ?? 1));
  });
}
