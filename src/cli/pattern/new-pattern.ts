import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { HeddleError } from "../../core/index.ts";
import { readPattern } from "../../patterns/index.ts";
import { renamePattern } from "../../patterns/templates/index.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { writeNewFiles, type NewFile } from "./write-file.ts";

const PATTERN_FILE = "pattern.yaml";

/** Goes into every new folder: what the tests of all templates use. */
const COMMON = "common";

export interface NewPattern {
  /** Relative to the caller's folder. */
  readonly dir: string;
  /** Relative to `dir`, the pattern first. */
  readonly files: readonly string[];
}

/**
 * Writes a pattern of a kind, with its programs, input, test and explanation, into a folder.
 * @throws HeddleError `NAME_INVALID`, `FILE_EXISTS`
 */
export async function writeNewPattern(request: {
  readonly name: string;
  readonly type: string;
  readonly dir?: string;
  readonly cwd: string;
}): Promise<NewPattern> {
  const { name, type, cwd } = request;
  const dir = resolve(cwd, request.dir ?? name);
  const template = join(PACKAGE_ROOT, "templates", type);
  const files = [...(await filesOf(template)), ...(await filesOf(join(template, "..", COMMON)))];
  const written = files.map(({ path, content }): NewFile & { readonly name: string } => {
    const isPattern = path === PATTERN_FILE;
    return {
      name: path,
      path: join(dir, path),
      content: isPattern ? withName(content, name) : content,
    };
  });
  await writeNewFiles(written, "Choose another name, or another folder with --dir.");
  const names = written.map((file) => file.name).sort();
  return {
    dir: relative(cwd, dir) || ".",
    files: [PATTERN_FILE, ...names.filter((file) => file !== PATTERN_FILE)],
  };
}

/** What is in a folder, by path relative to it. */
async function filesOf(folder: string): Promise<readonly NewFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: relative(folder, path), content: await readFile(path, "utf8") };
      }),
  );
}

/** The verifier knows what a good name is; the template is right in everything else. */
function withName(text: string, name: string): string {
  // JSON text is YAML, so a name with a line break or a quote in it stays one name.
  const renamed = renamePattern(text, /^[\w-]+$/.test(name) ? name : JSON.stringify(name));
  const { accepted, issues } = readPattern(renamed);
  if (accepted !== undefined) return renamed;
  const [issue] = issues;
  throw new HeddleError(
    "NAME_INVALID",
    `"${name}" is no name for a pattern: ${issue?.message ?? ""}`,
    {
      hint: "Write lower-case letters, digits and dashes, as in: heddle pattern new night-shift --type saga",
    },
  );
}
