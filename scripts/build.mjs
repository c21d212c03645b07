/** `npm run build`: dist/ with plain JavaScript, the SQL files, and the workflow bundle for a fast start. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ensureInstalled, ROOT } from "./lib/install.mjs";

ensureInstalled();
const dist = `${ROOT}dist`;
rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(`${ROOT}node_modules/.bin/tsc`, ["-p", "tsconfig.build.json"], {
  cwd: ROOT,
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(1);
cpSync(`${ROOT}src/registry/migrations`, `${dist}/registry/migrations`, {
  recursive: true,
  filter: (source) => !source.endsWith(".ts"),
});
chmodSync(`${dist}/cli/main.js`, 0o755);

const { bundleWorkflows } = await import(`${dist}/bundle-workflows.js`);
const code = await bundleWorkflows(`${dist}/workflows/index.js`);
writeFileSync(`${dist}/workflow-bundle.js`, code);
// A bundle runs only with the SDK version that made it; the worker compares.
const sdk = JSON.parse(readFileSync(`${ROOT}node_modules/@temporalio/worker/package.json`, "utf8"));
writeFileSync(`${dist}/workflow-bundle.json`, JSON.stringify({ sdk: sdk.version }));
console.log(`dist is ready; workflow bundle ${(code.length / 1e6).toFixed(2)} MB`);
