/** How large and how branchy the change is. Says no (exit code 1) above `maxLines` lines written by people. */
import { answer } from "../lib/program.mjs";
import { changedLines } from "../lib/patch.mjs";
import { checkResult } from "../lib/check.mjs";
import { countBranches } from "../lib/functions.mjs";
import { finding, plural } from "../lib/finding.mjs";
import { git } from "../lib/git.mjs";
import { isProgramming } from "../lib/languages.mjs";
import { listFiles } from "../lib/files.mjs";
import { readLines } from "../lib/lexer.mjs";

const DEFAULT_MAX_LINES = 2000;
const LARGE_ADDITION = 400;
const MANY_BRANCHES = 60;
const HOT_FILES = 8;
const HOT_COMMITS = 3;
const HOT_SHARE = 1 / 3;

await answer(({ change, maxLines = DEFAULT_MAX_LINES }) => {
  const files = listFiles(change);
  if (files.length === 0) return checkResult("size", []);
  const linesOf = changedLines(change);
  const commits = commitsPerFile(change);
  const measured = files.map((file) =>
    measure(file, linesOf(file), commits.of.get(file.path) ?? 0),
  );
  const written = measured.filter((file) => !file.generated);
  const lines = sum(written, "added") + sum(written, "removed");
  const looked = `${plural(files.length, "file")} (${plural(lines, "changed line")} written by people)`;
  const facts = {
    lines,
    branches: sum(written, "branches"),
    folders: byFolder(measured),
    hot: hottest(written),
  };
  const hotFrom = Math.max(HOT_COMMITS, Math.ceil(commits.total * HOT_SHARE));
  const findings = written.flatMap((file) => sizeFindings(file, hotFrom));
  const gate = lines > maxLines ? tooLarge(lines, maxLines) : undefined;
  return checkResult("size", findings, { looked, facts, gate });
});

function measure(file, { added, removed }, commits) {
  const branches = isProgramming(file.language)
    ? branchesIn(file.language, added) - branchesIn(file.language, removed)
    : 0;
  const { path, test, generated } = file;
  return {
    path,
    test,
    generated,
    added: file.additions,
    removed: file.deletions,
    branches,
    commits,
  };
}

function branchesIn(language, lines) {
  const code = readLines(language, lines.map((entry) => entry.text).join("\n")).map(
    (line) => line.code,
  );
  return countBranches(code.join("\n"));
}

function sizeFindings({ path, test, added, branches, commits }, hotFrom) {
  const findings = [];
  if (added > LARGE_ADDITION && !test) {
    findings.push(finding("info", "large-addition", path, `${added} lines added to one file.`));
  }
  if (branches > MANY_BRANCHES && !test) {
    findings.push(
      finding("info", "many-branches", path, `About ${branches} branches added to one file.`),
    );
  }
  if (commits >= hotFrom) {
    findings.push(
      finding("info", "hot-file", path, `Changed by ${commits} commits of this range.`),
    );
  }
  return findings;
}

/** How many commits the range has, and in how many of them each file was touched. */
function commitsPerFile({ repository, base, head, paths }) {
  const isCommit = git(repository, ["cat-file", "-t", base]).trim() === "commit";
  const range = isCommit ? `${base}..${head}` : head;
  const total = Number(git(repository, ["rev-list", "--count", range, "--", ...paths]));
  const log = ["log", "-z", "--name-only", "--format=", "--no-renames", range, "--", ...paths];
  const of = new Map();
  for (const name of git(repository, log).split("\0")) of.set(name, (of.get(name) ?? 0) + 1);
  return { total, of };
}

function byFolder(files) {
  const folders = new Map();
  for (const { path, added, removed } of files) {
    const folder = path.includes("/") ? `${path.split("/", 1)[0]}/` : "(top)";
    const entry = folders.get(folder) ?? { folder, files: 0, added: 0, removed: 0 };
    folders.set(folder, {
      folder,
      files: entry.files + 1,
      added: entry.added + added,
      removed: entry.removed + removed,
    });
  }
  return [...folders.values()]
    .toSorted((left, right) => right.added - left.added)
    .slice(0, HOT_FILES);
}

function hottest(files) {
  const churn = (file) => file.added + file.removed;
  return files
    .toSorted((left, right) => churn(right) - churn(left))
    .slice(0, HOT_FILES)
    .map(({ path, added, removed, branches, commits }) => ({
      path,
      added,
      removed,
      branches,
      commits,
    }));
}

function tooLarge(lines, maxLines) {
  return `${lines} changed lines are more than ${maxLines}: reviewers miss more in large changes. Split it if you can.`;
}

function sum(list, key) {
  return list.reduce((total, entry) => total + entry[key], 0);
}
