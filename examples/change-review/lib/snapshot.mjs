/** A folder that is no git clone (an unpacked archive, an image) can be reviewed too: as one commit of all it holds. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { git, tryGit } from "./git.mjs";

const NOT_WRITTEN_BY_PEOPLE = ["node_modules/", "dist/", "coverage/", ".heddle/"];
const AUTHOR = ["-c", "user.name=change-review", "-c", "user.email=change-review@localhost"];

/** True when no folder from here up holds a `.git`. */
export function isOutsideGit(folder) {
  if (existsSync(join(folder, ".git"))) return false;
  return dirname(folder) === folder || isOutsideGit(dirname(folder));
}

/** Makes the repository (bare, inside `outputFolder`) once, and returns its folder. */
export function snapshotRepository(folder, outputFolder) {
  const root = projectFolder(folder);
  const repository = join(outputFolder, "snapshot.git");
  mkdirSync(outputFolder, { recursive: true });
  if (tryGit(outputFolder, ["--git-dir", repository, "rev-parse", "--verify", "--quiet", "HEAD"]))
    return repository;
  // What an interrupted try left behind would hold git's locks.
  rmSync(repository, { recursive: true, force: true });
  git(outputFolder, ["init", "--quiet", "--bare", repository]);
  writeFileSync(join(repository, "info", "exclude"), `${NOT_WRITTEN_BY_PEOPLE.join("\n")}\n`);
  const into = ["--git-dir", repository, "--work-tree", root];
  git(root, [...into, "add", "--all"]);
  git(root, [
    ...into,
    ...AUTHOR,
    "commit",
    "--quiet",
    "-m",
    "Everything in the folder, which is no git clone",
  ]);
  return repository;
}

// The project around the example, or the example alone when it was copied elsewhere.
function projectFolder(folder) {
  const around = resolve(folder, "../..");
  return existsSync(join(around, "package.json")) ? around : folder;
}
