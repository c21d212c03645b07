import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Registry, StoredPattern } from "../../registry/index.ts";
import { renderIssues } from "../issues-text.ts";
import { loadDocument } from "../load-document.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { registerForRun } from "../run/resolve-pattern.ts";

const FILE_NAMES = ["pattern.yaml", "pattern.ts"] as const;

/** The pattern file of every folder in `examples/`, in alphabetical order. */
export async function listExamples(
  folder = join(PACKAGE_ROOT, "examples"),
): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => FILE_NAMES.some((name) => file.endsWith(`/${name}`)))
    .filter((file) => !file.includes("node_modules"))
    .sort()
    .map((file) => join(folder, file));
}

/** Registers pattern files; one that is refused is reported and does not keep the others out. */
export async function registerExamples(
  files: readonly string[],
  registry: Registry,
  note: (text: string) => void,
): Promise<readonly StoredPattern[]> {
  const registered: StoredPattern[] = [];
  for (const file of files) {
    const document = await loadDocument(file, PACKAGE_ROOT);
    if (document.accepted === undefined) {
      for (const line of renderIssues(file, document.issues, document.text)) note(line);
      note(`not registered: ${file}`);
      continue;
    }
    const pattern = await registerForRun(registry, document.accepted, document.path, note);
    note(`registered ${pattern.name} ${pattern.version}`);
    registered.push(pattern);
  }
  return registered;
}
