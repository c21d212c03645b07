/** Small git repositories in temporary folders, and the programs of examples/change-review run on them as processes. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const EXAMPLE = fileURLToPath(new URL("../../../examples/change-review", import.meta.url));

/** A repository that a test fills; `commit` writes the files (null deletes one) and commits everything. */
export interface Repository {
  readonly folder: string;
  readonly commit: (
    message: string,
    files: Readonly<Record<string, string | Buffer | null>>,
  ) => string;
  readonly git: (...args: readonly string[]) => string;
}

export function createRepository(options: readonly string[] = []): Repository {
  const folder = createFolder();
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", env: environment({}) }).trim();
  git("init", "--quiet", "--initial-branch=main", ...options);
  return {
    folder,
    git,
    commit: (message, files) => {
      for (const [path, content] of Object.entries(files)) {
        if (content === null) rmSync(join(folder, path));
        else {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), content);
        }
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return git("rev-parse", "HEAD");
    },
  };
}

const folders: string[] = [];

export function createFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "change-review-test-")));
  folders.push(folder);
  return folder;
}

/** For afterEach or afterAll: removes every folder that this file's tests made. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export interface Finding {
  readonly severity: "error" | "warning" | "info";
  readonly rule: string;
  readonly file: string;
  readonly line?: number;
  readonly message: string;
  readonly code?: string;
}

export interface FileEntry {
  readonly path: string;
  readonly oldPath?: string;
  readonly status: string;
  readonly binary: boolean;
  readonly additions: number;
  readonly deletions: number;
}

/** What the programs answer: one loose shape for all, as the tests read only what they ask for. */
export interface Answer {
  readonly summary: string;
  readonly status: string;
  readonly verdict: string;
  readonly counts: { readonly error: number; readonly warning: number; readonly info: number };
  readonly findings: readonly Finding[];
  readonly notChecked: readonly string[];
  readonly notes: readonly string[];
  readonly worst: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly files: readonly FileEntry[];
  readonly change: { readonly repository: string; readonly base: string; readonly head: string };
  readonly commits: {
    readonly total: number;
    readonly latest: readonly { readonly subject: string }[];
  };
  readonly totals: { readonly files: number; readonly binary: number };
  readonly outcome: string;
  readonly reason: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, number>>;
  readonly output: { readonly json: Answer };
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly json: Answer;
}

/** Runs one program of the example as the engine does: JSON on stdin, JSON on stdout. */
export function runProgram(
  program: string,
  input: unknown,
  env: Readonly<Record<string, string>> = {},
): ProgramResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(EXAMPLE, program)], {
    input: JSON.stringify(input),
    encoding: "utf8",
    env: environment({ HEDDLE_PATTERN_DIR: EXAMPLE, ...env }),
  });
  const json = (stdout === "" ? {} : JSON.parse(stdout)) as Answer;
  return { exitCode: status, stdout, stderr, json };
}

export function listChanges(repository: Repository, input: object = {}): Answer {
  const result = runProgram("steps/changes.mjs", { repository: repository.folder, ...input });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.json;
}

export function runCheck(name: string, repository: Repository, input: object = {}): ProgramResult {
  return runProgram(`checks/${name}.mjs`, { change: listChanges(repository).change, ...input });
}

/** All findings of the reviewer on every file of the latest commits (or of `input.range`). */
export function reviewAll(repository: Repository, input: object = {}): readonly Finding[] {
  const { change, files } = listChanges(repository, input);
  return files.flatMap((file) => reviewFile(change.repository, file).findings);
}

export function reviewFile(repository: string, file: FileEntry): Answer {
  const event = { role: "reviewer", input: { repository, file } };
  const result = runProgram("agents/review.mjs", event);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.json;
}

/** Nobody's own git settings may change what a test sees. */
function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const person = { NAME: "Ada", EMAIL: "ada@example.com", DATE: "2026-01-02T03:04:05Z" };
  const identity = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  return {
    PATH: process.env["PATH"],
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...(Object.fromEntries(identity) as Record<string, string>),
    ...extra,
  };
}
