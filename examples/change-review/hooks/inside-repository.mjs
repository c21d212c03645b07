/** Blocks a step whose input names a path outside the repository under review (or git's own folder in it). */
import { isAbsolute, normalize } from "node:path";
import { answerEvent } from "../lib/program.mjs";

await answerEvent(({ step }) => {
  const outside = pathsIn(step.kind === "run" ? step.input.with : step.input).find(leadsOutside);
  if (outside === undefined) return { outcome: "continue" };
  const shown = JSON.stringify(outside);
  return {
    outcome: "cancel",
    reason: `Step "${step.id}" names ${shown}, which is outside the repository. Give paths relative to its top folder.`,
  };
});

/** Every path that an input of this pattern can name: `paths` of the change, `path` and `oldPath` of a file. */
function pathsIn(input) {
  const { paths = [], change, file } = input ?? {};
  return [...paths, ...(change?.paths ?? []), file?.path, file?.oldPath].filter(
    (path) => typeof path === "string",
  );
}

function leadsOutside(path) {
  if (path === "" || isAbsolute(path) || path.startsWith("~")) return true;
  const [first] = normalize(path).split(/[/\\]/);
  return first === ".." || first.toLowerCase() === ".git";
}
