/** Turns what people type (nothing, a sub folder, "main", "v1..v2") into a repository and two commits. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { git, tryGit } from "./git.mjs";
import { Problem } from "./program.mjs";
import { isOutsideGit, snapshotRepository } from "./snapshot.mjs";

/** Where the example is, and where this run may write: as the engine tells every command. */
export function surroundings() {
  return {
    exampleFolder: process.env.HEDDLE_PATTERN_DIR ?? dirname(import.meta.dirname),
    outputFolder: process.env.HEDDLE_OUTPUT_DIR ?? process.cwd(),
  };
}

/** How many commits are reviewed when no range is given. */
export const DEFAULT_COMMITS = 5;

/** The top folder of the repository that holds `given`; without it, of the clone this example is in. */
export function resolveRepository(given, { exampleFolder, outputFolder }) {
  if (given === undefined || given === null || given === "") {
    return isOutsideGit(exampleFolder)
      ? snapshotRepository(exampleFolder, outputFolder)
      : topFolder(exampleFolder);
  }
  if (typeof given !== "string") {
    throw new Problem(`repository must be a path, got ${JSON.stringify(given)}.`);
  }
  if (given.startsWith("~/")) return topFolder(join(homedir(), given.slice(2)));
  const base = tryGit(exampleFolder, ["rev-parse", "--show-toplevel"]) ?? exampleFolder;
  return topFolder(resolve(base, given));
}

function topFolder(folder) {
  if (!existsSync(folder)) {
    throw new Problem(
      `There is no folder ${JSON.stringify(folder)}. Give repository as an absolute path.`,
    );
  }
  const top = tryGit(folder, ["rev-parse", "--show-toplevel"]);
  if (top) return top;
  if (tryGit(folder, ["rev-parse", "--is-bare-repository"]) === "true") return folder;
  // Asked once more for its words: git says best why (no repository, or one of another owner).
  git(folder, ["rev-parse", "--git-dir"]);
  throw new Problem(`${JSON.stringify(folder)} is not inside the work tree of a git repository.`);
}

/**
 * Pins a range to two object ids, so that a retried step looks at the same change even when a
 * branch moved meanwhile. `a..b`, `a...b`, one commit, or nothing (the latest commits).
 */
export function resolveRange(repository, range) {
  if (range === undefined || range === null || range === "") return latestCommits(repository);
  const [, left, dots, right] = /^(.*?)(\.{2,3})(.*)$/.exec(range) ?? [];
  if (dots === undefined) {
    const head = commit(repository, range);
    return { base: parent(repository, head, 1) ?? emptyTree(repository), head, label: range };
  }
  const from = commit(repository, left || "HEAD");
  const head = commit(repository, right || "HEAD");
  if (dots === "..") return { base: from, head, label: range };
  const base = tryGit(repository, ["merge-base", from, head]);
  if (base === null)
    throw new Problem(`The two sides of "${range}" have no common ancestor. Use "..".`);
  return { base, head, label: range };
}

function latestCommits(repository) {
  const head = tryGit(repository, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (head === null) {
    const empty = emptyTree(repository);
    return { base: empty, head: empty, label: "no commits yet" };
  }
  const found = Number(
    git(repository, ["rev-list", "--count", "--first-parent", `-${DEFAULT_COMMITS}`, head]),
  );
  const base = parent(repository, head, found) ?? emptyTree(repository);
  return { base, head, label: found === 1 ? "the latest commit" : `the latest ${found} commits` };
}

function commit(repository, name) {
  const id = name.startsWith("-")
    ? null
    : tryGit(repository, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  if (id !== null) return id;
  throw new Problem(
    `${JSON.stringify(name)} is no commit, branch or tag of ${JSON.stringify(repository)}. ` +
      `Give range as "a..b", "a...b" or one commit.`,
  );
}

function parent(repository, head, steps) {
  return tryGit(repository, ["rev-parse", "--verify", "--quiet", `${head}~${steps}^{commit}`]);
}

// Asked of git, because it differs between SHA-1 and SHA-256 repositories.
function emptyTree(repository) {
  return git(repository, ["hash-object", "-t", "tree", "--stdin"]).trim();
}
