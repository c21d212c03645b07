/** First step: pins the change to two commits and lists what it touches. Input: repository, range, paths, maxFiles. */
import { answer, Problem } from "../lib/program.mjs";
import { git, tryGit } from "../lib/git.mjs";
import { listFiles } from "../lib/files.mjs";
import { plural } from "../lib/finding.mjs";
import { resolveRange, resolveRepository, surroundings } from "../lib/repository.mjs";

const DEFAULT_MAX_FILES = 40;
const MAX_COMMITS = 20;
// A step's output above 64 KiB travels as a reference that expressions cannot read into, and stdout
// is in it twice (as text and parsed), so the list of files to review stays well below half of it.
const MAX_LIST_BYTES = 16_000;

await answer((input) => {
  const paths = input.paths ?? [];
  const repository = resolveRepository(input.repository, surroundings());
  const { base, head, label } = resolveRange(repository, input.range);
  const all = listFiles({ repository, base, head, paths });
  const { chosen, notes } = chooseFiles(all, input.maxFiles ?? DEFAULT_MAX_FILES);
  const commits = listCommits(repository, base, head, paths);
  return {
    summary: `${plural(all.length, "file")} changed in ${plural(commits.total, "commit")} (${label})`,
    change: { repository, base, head, range: label, paths },
    commits,
    totals: {
      files: all.length,
      additions: sum(all, "additions"),
      deletions: sum(all, "deletions"),
      binary: all.filter((file) => file.binary).length,
    },
    files: chosen,
    notes: [...shallowNote(repository, base), ...notes],
  };
});

/** The files worth a reviewer's time: written by people, most changed first, as many as the caller wants. */
function chooseFiles(all, maxFiles) {
  if (!Number.isInteger(maxFiles) || maxFiles < 1) {
    throw new Problem(`maxFiles must be a whole number above 0, got ${JSON.stringify(maxFiles)}.`);
  }
  const written = all.filter((file) => !file.generated);
  const chosen = [];
  let size = 0;
  for (const file of written.toSorted((left, right) => churn(right) - churn(left))) {
    size += Buffer.byteLength(JSON.stringify(file));
    if (chosen.length === maxFiles || size > MAX_LIST_BYTES) break;
    chosen.push(file);
  }
  return {
    chosen,
    notes: leftOutNotes(all.length - written.length, written.length - chosen.length),
  };
}

function leftOutNotes(generated, tooMany) {
  const notes = [];
  if (generated > 0)
    notes.push(`${plural(generated, "generated or vendored file")} not reviewed one by one.`);
  if (tooMany > 0)
    notes.push(`${plural(tooMany, "less changed file")} not reviewed one by one (limit reached).`);
  return notes;
}

function shallowNote(repository, base) {
  if (isCommit(repository, base)) return [];
  if (tryGit(repository, ["rev-parse", "--is-shallow-repository"]) !== "true") return [];
  return ["The clone is shallow: its oldest commit shows every file as added."];
}

function listCommits(repository, base, head, paths) {
  if (base === head) return { total: 0, latest: [] };
  const range = isCommit(repository, base) ? [`${base}..${head}`] : [head];
  const total = Number(git(repository, ["rev-list", "--count", ...range, "--", ...paths]));
  const log = [
    "log",
    "-z",
    `--max-count=${MAX_COMMITS}`,
    "--format=%h%x1f%an%x1f%as%x1f%<(120,trunc)%s",
  ];
  const latest = git(repository, [...log, ...range, "--", ...paths])
    .split("\0")
    .filter((record) => record !== "")
    .map((record) => record.split("\x1f"))
    .map(([id, author, date, subject]) => ({ id, author, date, subject: subject.trim() }));
  return { total, latest };
}

function isCommit(repository, id) {
  return tryGit(repository, ["cat-file", "-t", id]) === "commit";
}

function churn(file) {
  return file.additions + file.deletions;
}

function sum(list, key) {
  return list.reduce((total, entry) => total + entry[key], 0);
}
