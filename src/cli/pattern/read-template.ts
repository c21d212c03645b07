import { HeddleError, isJsonObject, type JsonObject } from "../../core/index.ts";
import type { GivenValue } from "../../patterns/templates/index.ts";
import type { Link, World } from "../context.ts";
import { readInput } from "../input.ts";
import { isFileName } from "../run/resolve-pattern.ts";
import { exportPattern } from "./export-pattern.ts";

export interface Template {
  /** What to call it in messages: a file, or `name@version`. */
  readonly label: string;
  readonly source: string | object;
  /** Its text, for showing the line of an issue; empty where there is none. */
  readonly text: string;
  /** The file that relative paths of its handlers start at. */
  readonly sourceFile: string | undefined;
}

/** A template is a file, or a registered pattern. */
export async function readTemplate(
  world: Pick<World, "loadDocument">,
  link: Link,
  reference: string,
): Promise<Template> {
  if (isFileName(reference)) {
    const { file, path, source, text } = await world.loadDocument(reference);
    return { label: file, source, text, sourceFile: path };
  }
  const { pattern, definition } = await exportPattern(await link.registry(), reference);
  const label = `${pattern.name}@${pattern.version}`;
  return { label, source: definition, text: "", sourceFile: pattern.sourceFile };
}

/** The values in what `--parameters` names. */
export async function readParameters(
  given: string | undefined,
  world: Pick<World, "cwd" | "readStdin">,
): Promise<Record<string, GivenValue>> {
  const value = await readInput(given, world);
  if (!isJsonObject(value))
    throw new HeddleError("USAGE", `The parameters in ${String(given)} are no mapping.`, {
      hint: 'Write names and values, as in: { "timeout": 60 }',
    });
  const origin = `--parameters ${String(given)}`;
  const entries = Object.entries<JsonObject[string]>(value);
  return Object.fromEntries(entries.map(([name, of]) => [name, { value: of, origin }]));
}

/** `--set name=value`, repeated: name -> text. */
export function readAssignments(assignments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const at = assignment.indexOf("=");
      if (at > 0) return [assignment.slice(0, at).trim(), assignment.slice(at + 1)];
      throw new HeddleError("USAGE", `"${assignment}" sets nothing.`, {
        hint: "Write a name and a value, as in: --set timeout=60",
      });
    }),
  );
}
