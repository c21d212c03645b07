import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * The browser for the Web UI test: CHROMIUM_PATH, one on PATH, or Debian's package if we may install it. Undefined when
 * there is none; the test then fails and says what to do.
 */
export function ensureBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return given;
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath("apt-get")) {
    process.stderr.write("Installing Debian's chromium for the Web UI test ...\n");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const options = { env, stdio: ["ignore", 2, 2] };
    spawnSync("apt-get", ["update", "-qq"], options);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
  }
  const installed = findBrowser();
  if (!installed) {
    process.stderr.write(
      "No Chromium was found: the Web UI test will fail. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.\n",
    );
  }
  return installed;
}

function findBrowser() {
  return NAMES.map(onPath).find((path) => path !== undefined);
}

function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
