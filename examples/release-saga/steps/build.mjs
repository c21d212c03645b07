/** Packs the folder into one archive in the run's output folder. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { artifactPath, Refusal, runAction } from "../lib/action.mjs";
import { sha256Of } from "../lib/files.mjs";

await runAction("build", {
  act({ version, folder }) {
    const source = resolve(
      process.env.HEDDLE_PATTERN_DIR ?? resolve(import.meta.dirname, ".."),
      folder,
    );
    if (!existsSync(source))
      throw new Refusal(`There is no folder ${JSON.stringify(source)} to release.`);
    const path = artifactPath(version);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync("tar", ["-czf", path, "-C", source, "."]);
    return { path, sha256: sha256Of(path), bytes: statSync(path).size };
  },
  undo({ version }) {
    rmSync(artifactPath(version), { force: true });
  },
});
