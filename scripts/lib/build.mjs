/** Plain JavaScript of the sources, the SQL files, and the workflow bundle for a fast start. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./install.mjs";

/**
 * Builds into a folder directly below the root: what is built finds package.json and tools beside its own folder.
 * @param {string} name of the folder; what it held is removed
 * @param {{ forTests?: boolean }} [how] for tests without type check, maps and declarations: `npm run check` has done that
 * @returns {Promise<number>} characters of the workflow bundle
 */
export async function build(name, { forTests = false } = {}) {
  const out = join(ROOT, name);
  rmSync(out, { recursive: true, force: true });
  const flags = forTests ? ["--noCheck", "--declaration", "false", "--sourceMap", "false"] : [];
  const tsc = spawnSync(
    join(ROOT, "node_modules/.bin/tsc"),
    ["-p", "tsconfig.build.json", "--outDir", out, ...flags],
    { cwd: ROOT, stdio: "inherit" },
  );
  if (tsc.status !== 0) throw new Error("tsc failed");
  cpSync(join(ROOT, "src/registry/migrations"), join(out, "registry/migrations"), {
    recursive: true,
    filter: (source) => !source.endsWith(".ts"),
  });
  chmodSync(join(out, "cli/main.js"), 0o755);

  const { bundleWorkflows } = await import(pathToFileURL(join(out, "bundle-workflows.js")).href);
  const code = await bundleWorkflows(join(out, "workflows/index.js"));
  writeFileSync(join(out, "workflow-bundle.js"), code);
  // A bundle runs only with the SDK version that made it; the worker compares.
  const sdk = readFileSync(join(ROOT, "node_modules/@temporalio/worker/package.json"), "utf8");
  writeFileSync(
    join(out, "workflow-bundle.json"),
    JSON.stringify({ sdk: JSON.parse(sdk).version }),
  );
  return code.length;
}
