/** Adds the release to the store's feed. */
import { join } from "node:path";
import { owner, runAction, storeFolder } from "../lib/action.mjs";
import { readJson, replaceJson } from "../lib/files.mjs";

await runAction("announce", {
  act(input) {
    const others = entriesOfOthers(input);
    replaceJson(feedPath(input), [...others, { version: input.version, owner: owner() }]);
    return { entries: others.length + 1 };
  },
  undo(input) {
    replaceJson(feedPath(input), entriesOfOthers(input));
  },
});

function entriesOfOthers(input) {
  const feed = readJson(feedPath(input), []);
  return feed.filter((entry) => entry.version !== input.version || entry.owner !== owner());
}

function feedPath(input) {
  return join(storeFolder(input), "feed.json");
}
