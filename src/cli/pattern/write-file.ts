import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";

import { HeddleError, type JsonObject } from "../../core/index.ts";
import { toYaml } from "../../patterns/templates/index.ts";

/** A file that a command is about to write: an absolute path and what goes into it. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Writes files that must not be there yet: all of them or none.
 * @throws HeddleError `FILE_EXISTS`
 */
export async function writeNewFiles(files: readonly NewFile[], hint: string): Promise<void> {
  const taken = files.map(({ path }) => path).filter((path) => existsSync(path));
  if (taken.length > 0) throw exists(taken, hint);
  for (const { path, content } of files) {
    await mkdir(dirname(path), { recursive: true });
    // Somebody may have been quicker than the look above.
    await writeFile(path, content, { flag: "wx" });
  }
}

/** A definition as a file of the kind that its name says: JSON, or YAML. */
export async function writeDefinition(
  definition: JsonObject,
  file: string,
  cwd: string,
): Promise<void> {
  const isJson = extname(file).toLowerCase() === ".json";
  const content = isJson ? `${JSON.stringify(definition, undefined, 2)}\n` : toYaml(definition);
  const path = resolve(cwd, file);
  await writeNewFiles([{ path, content }], "Remove it first, or give another file with -o.");
}

function exists(paths: readonly string[], hint: string): HeddleError {
  const [first = "", ...more] = paths;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return new HeddleError(
    "FILE_EXISTS",
    `"${first}" is there already${others}: nothing was written.`,
    {
      hint,
    },
  );
}
