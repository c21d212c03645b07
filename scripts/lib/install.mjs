import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const OLDEST_NODE = [20, 19];

/** Installs the packages of package-lock.json when they are missing or of other versions. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    stop(
      `Node ${process.versions.node} is too old: Heddle needs ${OLDEST_NODE.join(".")} or later.`,
    );
  }
  if (isInstalled()) return;
  process.stderr.write("Installing packages (npm ci) ...\n");
  const { status } = spawnSync("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    stop(
      "`npm ci` failed (see above). Check the network and the npm registry setting, then run this again.",
    );
  }
}

/** npm keeps in node_modules what it has installed: the same versions in the same places mean nothing to do. */
function isInstalled() {
  const installedFile = `${ROOT}node_modules/.package-lock.json`;
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(`${ROOT}package-lock.json`, "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional = false, devOptional = false }]) =>
      path === "" ||
      optional || // of another platform
      devOptional ||
      (installed[path]?.version === version && existsSync(`${ROOT}${path}/package.json`)),
  );
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
