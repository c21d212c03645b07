/** Puts the archive into the store, where users would find it. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { owner, runAction, storeFolder } from "../lib/action.mjs";
import { readJson } from "../lib/files.mjs";

await runAction("publish", {
  act(input) {
    const folder = join(storeFolder(input), "packages");
    const path = join(folder, `product-${input.version}.tgz`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(input.artifact.path, `${path}.draft`);
    renameSync(`${path}.draft`, path);
    return { path };
  },
  undo(input) {
    const store = storeFolder(input);
    const claim = readJson(join(store, "versions", `${input.version}.json`), {});
    const path = join(store, "packages", `product-${input.version}.tgz`);
    // Undone before the number is given back, so the number still says whose package this is.
    if (claim.owner === owner() && existsSync(path)) rmSync(path);
  },
});
