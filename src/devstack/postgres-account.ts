import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { HeddleError } from "../core/index.ts";

/** How to run PostgreSQL's programs, which refuse to run as root. */
export interface PostgresAccount {
  readonly uid?: number;
  readonly gid?: number;
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
}

/**
 * As an ordinary user: as we are. As root (containers): as the owner of an existing data folder, or as `postgres`,
 * or as `nobody`, one of which every system has; no account is ever created.
 */
export function choosePostgresAccount(
  dataFolder: string,
  mustReach: readonly string[],
): PostgresAccount {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const account = ownerOf(dataFolder) ?? lookUp("postgres") ?? lookUp("nobody");
  if (account === undefined)
    throw cannotRunAsRoot("this system has no account `postgres` or `nobody`");
  const closed = [dataFolder, ...mustReach]
    .map(firstClosedFolder)
    .find((path) => path !== undefined);
  if (closed === undefined) return { ...account, prefix: [] };
  if (!hasSetpriv()) throw cannotRunAsRoot(`${closed} is closed to other accounts`);
  // The checkout is in a folder that only root may enter (such as /root). The one right that PostgreSQL then needs
  // is to pass through it, so it keeps that one and no other.
  return {
    prefix: [
      "setpriv",
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      "--clear-groups",
      "--inh-caps=-all,+dac_override",
      "--ambient-caps=-all,+dac_override",
      "--bounding-set=-all,+dac_override",
    ],
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

function ownerOf(folder: string): Account | undefined {
  if (!existsSync(folder)) return undefined;
  const { uid, gid } = statSync(folder);
  return uid === 0 ? undefined : { uid, gid };
}

function lookUp(name: string): Account | undefined {
  try {
    const ask = (flag: string): number =>
      Number(
        execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
      );
    return { uid: ask("-u"), gid: ask("-g") };
  } catch {
    return undefined; // `id` exits 1 for an unknown account
  }
}

/** The first folder on the way to `path` that an account without rights of its own cannot pass. */
function firstClosedFolder(path: string): string | undefined {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return folders.find((folder) => existsSync(folder) && (statSync(folder).mode & 0o001) === 0);
}

function hasSetpriv(): boolean {
  try {
    execFileSync("setpriv", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false; // not installed
  }
}

function cannotRunAsRoot(reason: string): HeddleError {
  return new HeddleError(
    "POSTGRES_NEEDS_ACCOUNT",
    `PostgreSQL does not run as root, and ${reason}`,
    {
      hint: "Run Heddle as an ordinary user, move the project to a folder that others may enter, or set DATABASE_URL to a PostgreSQL server of your own.",
    },
  );
}
