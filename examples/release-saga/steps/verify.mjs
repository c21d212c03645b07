/** Fetches what was published, as a user would, and compares it with what was built. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Refusal, runAction, storeFolder } from "../lib/action.mjs";
import { readJson, sha256Of } from "../lib/files.mjs";

await runAction("verify", {
  act(input) {
    const store = storeFolder(input);
    const path = join(store, "packages", `product-${input.version}.tgz`);
    const sha256 = sha256Of(path);
    if (sha256 !== input.artifact.sha256) {
      throw new Refusal(
        `The published archive is not the built one: ${sha256} instead of ${input.artifact.sha256}.`,
      );
    }
    const files = execFileSync("tar", ["-tzf", path], { encoding: "utf8" }).trim().split("\n");
    const announced = readJson(join(store, "feed.json"), []).some(
      ({ version }) => version === input.version,
    );
    if (!announced) throw new Refusal(`Version ${input.version} is not in the feed.`);
    return {
      version: input.version,
      path,
      sha256,
      files: files.filter((file) => !file.endsWith("/")),
    };
  },
  undo() {
    return {};
  },
});
