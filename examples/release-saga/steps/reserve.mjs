/** Takes the version number: of two releases of one version, one must lose before anything is published. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { owner, Refusal, runAction, storeFolder } from "../lib/action.mjs";
import { readJson } from "../lib/files.mjs";

await runAction("reserve", {
  act(input) {
    const path = claimPath(input);
    mkdirSync(join(path, ".."), { recursive: true });
    try {
      writeFileSync(path, JSON.stringify({ owner: owner() }), { flag: "wx" });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const { owner: other } = readJson(path, {});
      if (other !== owner())
        throw new Refusal(`Version ${input.version} is taken by ${other}. Choose another one.`);
    }
    return { version: input.version };
  },
  undo(input) {
    const path = claimPath(input);
    if (readJson(path, {}).owner === owner()) rmSync(path);
  },
});

function claimPath(input) {
  return join(storeFolder(input), "versions", `${input.version}.json`);
}
