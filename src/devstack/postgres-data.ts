import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { HeddleError } from "../core/index.ts";
import type { PostgresAccount } from "./postgres-account.ts";
import { commandLineOf, identify } from "./process-identity.ts";
import { stopProcess } from "./child.ts";

export const POSTGRES_USER = "heddle";
const PASSWORD_FILE = "heddle-password";

export interface DataFolderOptions {
  readonly folder: string;
  readonly initdb: string;
  readonly account: PostgresAccount;
  /** Tests may trade safety for speed; a person's data never. */
  readonly isDisposable: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure that there is a data folder, and gives its password. A new one is made under another name and renamed
 * when it is complete, so that what bears the final name was complete once and is never deleted by us.
 */
export async function prepareDataFolder(options: DataFolderOptions): Promise<string> {
  const { folder } = options;
  removeDrafts(folder);
  if (!existsSync(folder)) await createDataFolder(options);
  assertComplete(folder);
  return readFileSync(join(folder, PASSWORD_FILE), "utf8").trim();
}

/** The way out when a data folder is not usable: the user decides about the data, never we. */
export function dataFolderHint(folder: string): string {
  return `Nothing was deleted. To start with an empty database, move it away: mv "${folder}" "${folder}.broken" (what was registered there is then lost to Heddle); or put a backup in its place; or set DATABASE_URL to use another PostgreSQL server.`;
}

/**
 * Deals with the pid file of a server that was killed: stops the server if it still lives, and removes the file if its
 * process id now belongs to some other program, which PostgreSQL itself would take for a living server.
 */
export async function clearStalePidFile(folder: string): Promise<void> {
  const pidFile = join(folder, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const identity = Number.isInteger(pid) && pid > 0 ? identify(pid) : undefined;
  if (identity === undefined) return; // PostgreSQL sees that for itself
  if (commandLineOf(pid).includes(folder)) await stopProcess(identity, "SIGINT");
  else rmSync(pidFile);
}

async function createDataFolder(options: DataFolderOptions): Promise<void> {
  const { folder, initdb, account, isDisposable, signal } = options;
  const draft = `${folder}.new-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(draft, { mode: 0o700 });
  const password = randomBytes(18).toString("base64url");
  const passwordFile = `${draft}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const [uid, gid] = ownerIds(account);
  if (uid !== undefined && gid !== undefined) {
    chownSync(draft, uid, gid);
    chownSync(passwordFile, uid, gid);
  }
  const [file, ...args] = [
    ...account.prefix,
    initdb,
    `--pgdata=${draft}`,
    `--username=${POSTGRES_USER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    ...(isDisposable ? ["--no-sync"] : []),
  ];
  try {
    await execa(file ?? initdb, args, {
      ...(account.uid === undefined ? {} : { uid: account.uid }),
      ...(account.gid === undefined ? {} : { gid: account.gid }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      stdin: "ignore",
      cleanup: false,
      all: true,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    rmSync(draft, { recursive: true, force: true });
    throw new HeddleError(
      "POSTGRES_INIT_FAILED",
      `Cannot create a database in ${folder}: ${outputOf(cause)}`,
      {
        hint: "Free disk space or choose another folder (HEDDLE_DATA_DIR), or set DATABASE_URL to use another PostgreSQL server.",
        cause,
      },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  const kept = join(draft, PASSWORD_FILE);
  writeFileSync(kept, password, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) chownSync(kept, uid, gid);
  renameSync(draft, folder);
}

/** With `setpriv` the ids are in its arguments; the files must belong to the same account. */
function ownerIds(account: PostgresAccount): [number | undefined, number | undefined] {
  const fromPrefix = (flag: string): number | undefined => {
    const argument = account.prefix.find((word) => word.startsWith(`--${flag}=`));
    return argument === undefined ? undefined : Number(argument.split("=")[1]);
  };
  return [account.uid ?? fromPrefix("reuid"), account.gid ?? fromPrefix("regid")];
}

/** Drafts are what an interrupted start left: they never held anyone's data. */
function removeDrafts(folder: string): void {
  if (!existsSync(dirname(folder))) return;
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.new-`)) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function assertComplete(folder: string): void {
  const needed = ["PG_VERSION", "global/pg_control", "base", PASSWORD_FILE];
  const missing = needed.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return;
  throw new HeddleError(
    "POSTGRES_DATA_CORRUPT",
    `The database folder ${folder} is not complete: ${missing.join(", ")} missing`,
    { hint: dataFolderHint(folder) },
  );
}

function outputOf(cause: unknown): string {
  if (cause instanceof Error && "all" in cause && typeof cause.all === "string") return cause.all;
  return String(cause);
}
