import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { HeddleError, messageOf } from "../core/index.ts";
import { type Lock, tryLock } from "./lock.ts";
import { buildTemporal } from "./temporal-build.ts";
import { downloadTemporal } from "./temporal-download.ts";
import { pinnedTemporalVersion, probeTemporal } from "./temporal-version.ts";
import { waitUntil } from "./wait-until.ts";

export interface FindOptions {
  /** Where nothing better can be written: the stack's own data folder. */
  readonly dataDir: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Replaces `~/.cache/heddle`. */
  readonly cacheDir?: string | undefined;
  readonly downloadOrigin?: string;
}

export interface TemporalProgram {
  readonly path: string;
  readonly source: "environment" | "path" | "cache" | "download" | "build";
}

const WAYS_OUT =
  "Any one of these will do: set TEMPORAL_ADDRESS to a Temporal server that runs already; install the Temporal CLI " +
  "(https://docs.temporal.io/cli) so that `temporal` is on PATH, or set TEMPORAL_CLI_PATH to it; allow access to " +
  "https://temporal.download; or install Go (https://go.dev/dl), with which Heddle builds the server itself.";
const OTHER_BUILD_TIMEOUT_MS = 20 * 60_000;

/** Finds a Temporal CLI, whose `server start-dev` is the dev server; fetches or builds one when there is none. */
export async function findTemporal(options: FindOptions): Promise<TemporalProgram> {
  const { env = process.env, signal } = options;
  const given = env["TEMPORAL_CLI_PATH"];
  if (given !== undefined && given !== "")
    return { path: await mustRun(given, signal), source: "environment" };
  const onPath = findOnPath(env);
  if (onPath !== undefined) {
    const probe = await probeTemporal(onPath, signal);
    if (probe.runs) return { path: onPath, source: "path" };
    options.report(`Passing over ${onPath}, found on PATH: ${probe.reason}`);
  }
  return findInCache(options);
}

async function mustRun(path: string, signal: AbortSignal | undefined): Promise<string> {
  const probe = await probeTemporal(path, signal);
  if (probe.runs) return path;
  throw new HeddleError(
    "TEMPORAL_NOT_RUNNABLE",
    `TEMPORAL_CLI_PATH is "${path}", which is not a Temporal CLI that runs here: ${probe.reason}`,
    {
      hint: "Set TEMPORAL_CLI_PATH to the program `temporal`, or unset it to let Heddle find one.",
    },
  );
}

function findOnPath(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "temporal")).find((path) => existsSync(path));
}

async function findInCache(options: FindOptions): Promise<TemporalProgram> {
  const { env = process.env, dataDir, report, signal } = options;
  const base = env["XDG_CACHE_HOME"] ?? "";
  const shared = options.cacheDir ?? join(base === "" ? join(homedir(), ".cache") : base, "heddle");
  const own = join(dataDir, "cache");
  const name = `temporal-${pinnedTemporalVersion()}-${process.platform}-${process.arch}`;
  for (const folder of [shared, own]) {
    const cached = await usable(join(folder, name), report, signal);
    if (cached !== undefined) return { path: cached, source: "cache" };
  }
  const folder = [shared, own].find(isWritable);
  if (folder === undefined) {
    throw new HeddleError("CACHE_NOT_WRITABLE", `Neither ${shared} nor ${own} can be written`, {
      hint: `Set HEDDLE_CACHE_DIR to a folder that can be written. Without a cache: ${WAYS_OUT}`,
    });
  }
  if (folder !== shared)
    report(`${shared} cannot be written: the Temporal server goes into ${own}.`);
  return fillCache(join(folder, name), options);
}

/** One process fetches or builds; others that come at the same time wait for what it makes. */
async function fillCache(path: string, options: FindOptions): Promise<TemporalProgram> {
  const { report, signal } = options;
  const lock = await waitForTurn(`${path}.lock`, options);
  try {
    const made = await usable(path, report, signal);
    if (made !== undefined) return { path: made, source: "cache" };
    const draft = `${path}.new`;
    const source = await obtain(draft, options);
    // A rename is atomic: nobody ever sees half a program under the final name.
    renameSync(draft, path);
    return { path, source };
  } finally {
    lock.release();
  }
}

async function waitForTurn(path: string, { report, signal }: FindOptions): Promise<Lock> {
  let hasSaidSo = false;
  const lock = await waitUntil(
    () => {
      const attempt = tryLock(path);
      if (attempt.taken) return attempt.lock;
      if (!hasSaidSo)
        report(
          `Waiting for process ${attempt.owner.pid}, which is getting the Temporal server ...`,
        );
      hasSaidSo = true;
      return undefined;
    },
    { timeoutMs: OTHER_BUILD_TIMEOUT_MS, intervalMs: 500, signal },
  );
  if (lock !== undefined) return lock;
  throw new HeddleError("CACHE_LOCKED", `Another process has held ${path} for 20 minutes`, {
    hint: `End that process, or delete ${path}.`,
  });
}

async function obtain(draft: string, options: FindOptions): Promise<"download" | "build"> {
  const { report, signal, env, downloadOrigin } = options;
  const attempts = [
    {
      source: "download" as const,
      run: () =>
        downloadTemporal({
          version: pinnedTemporalVersion(),
          target: draft,
          report,
          signal,
          ...(downloadOrigin === undefined ? {} : { origin: downloadOrigin }),
        }),
    },
    { source: "build" as const, run: () => buildTemporal({ target: draft, report, signal, env }) },
  ];
  const problems: string[] = [];
  for (const { source, run } of attempts) {
    rmSync(draft, { force: true });
    try {
      await run();
      const probe = await probeTemporal(draft, signal);
      if (probe.runs) return source;
      problems.push(`${source}: the program does not run: ${probe.reason}`);
    } catch (error) {
      signal?.throwIfAborted();
      problems.push(messageOf(error));
    }
    report(problems.at(-1) ?? "");
    rmSync(draft, { force: true });
  }
  throw new HeddleError(
    "TEMPORAL_NOT_FOUND",
    `No Temporal server was found.\n${problems.join("\n")}`,
    {
      hint: WAYS_OUT,
    },
  );
}

async function usable(
  path: string,
  report: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const probe = await probeTemporal(path, signal);
  if (probe.runs) return path;
  report(`Passing over ${path}: ${probe.reason}`);
  return undefined;
}

/** Rights alone do not tell (a file system may be read-only, and root has all rights), so it is tried. */
function isWritable(folder: string): boolean {
  const trial = join(folder, `.writable-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(trial, "");
    rmSync(trial);
    return true;
  } catch {
    return false;
  }
}
