/**
 * The one place that starts git. A reviewed repository is not trusted: its configuration may not
 * start programs (external diff, text conversion, file-system monitor) nor change what diff prints.
 */
import { spawnSync } from "node:child_process";
import { Problem } from "./program.mjs";

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const SAFE_CONFIG = [
  "core.fsmonitor=false",
  "core.quotePath=false",
  "diff.suppressBlankEmpty=false",
]
  .concat("core.whitespace=blank-at-eol,space-before-tab,blank-at-eof,cr-at-eol")
  .flatMap((setting) => ["-c", setting]);

/** Options that make the output of `git diff` the same whatever the repository's settings say. */
export const DIFF_OPTIONS = [
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
].concat("--find-renames", "--submodule=short", "--full-index", "--no-abbrev");

/** Runs git in `repository` and returns its stdout as a Buffer; `accept` lists the good exit codes. */
export function gitBytes(repository, args, { input, accept = [0] } = {}) {
  const result = spawnSync(
    "git",
    ["-C", repository, "--literal-pathspecs", ...SAFE_CONFIG, ...args],
    {
      input: input ?? "",
      maxBuffer: MAX_OUTPUT_BYTES,
      env: gitEnvironment(),
    },
  );
  if (result.error) throw new Problem(launchMessage(result.error), { cause: result.error });
  if (!accept.includes(result.status)) {
    const complaint = result.stderr.toString("utf8").trim() || `exit code ${result.status}`;
    throw new Problem(`git ${args[0]} failed in ${JSON.stringify(repository)}: ${complaint}`);
  }
  return result.stdout;
}

/** Like `gitBytes`, as text. */
export function git(repository, args, options) {
  return gitBytes(repository, args, options).toString("utf8");
}

/** Runs git and returns its stdout without the last line break, or null when git says no. */
export function tryGit(repository, args) {
  try {
    return git(repository, args).replace(/\n$/, "");
  } catch (error) {
    if (error instanceof Problem && error.cause === undefined) return null;
    throw error;
  }
}

// A run that was itself started from a git hook must not inherit that hook's GIT_DIR.
function gitEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}

function launchMessage(error) {
  if (error.code === "ENOENT")
    return "git was not found on PATH. Install git, then start the run again.";
  if (error.code === "ENOBUFS") {
    return `The change is larger than ${MAX_OUTPUT_BYTES} bytes. Give a smaller range, or paths.`;
  }
  return `git could not be started: ${error.message}`;
}
