import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import {
  HeddleError,
  isJsonArray,
  isJsonObject,
  messageOf,
  type JsonObject,
  type JsonValue,
} from "../../core/index.ts";

/**
 * The events of the given files, in order: one JSON object each, a list of them, or one per line. `-` is stdin.
 * @throws HeddleError `EVENT_UNREADABLE`
 */
export async function readEvents(
  files: readonly string[],
  world: { readonly cwd: string; readonly readStdin: () => Promise<string> },
): Promise<readonly JsonObject[]> {
  const events: JsonObject[] = [];
  for (const file of files) {
    const text = file === "-" ? await world.readStdin() : await readText(file, world.cwd);
    events.push(...parseEvents(text.replace(/^\uFEFF/, ""), file));
  }
  return events;
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), "utf8");
  } catch (error) {
    throw refuse(`Cannot read the event ${file}: ${messageOf(error)}`, error);
  }
}

function parseEvents(text: string, file: string): readonly JsonObject[] {
  const values = parseWhole(text) ?? parseLines(text, file);
  return values.map((value) => {
    if (isJsonObject(value)) return value;
    throw refuse(`${file} holds something that is no event: ${JSON.stringify(value).slice(0, 80)}`);
  });
}

function parseWhole(text: string): readonly JsonValue[] | undefined {
  try {
    const value = JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
    return isJsonArray(value) ? value : [value];
  } catch {
    // Perhaps one event per line; that reader says what is wrong.
    return undefined;
  }
}

function parseLines(text: string, file: string): readonly JsonValue[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      try {
        return JSON.parse(line) as JsonValue; // as: JSON.parse gives nothing else
      } catch (error) {
        throw refuse(`The event ${file} is not JSON: ${messageOf(error)}`, error);
      }
    });
}

function refuse(message: string, cause?: unknown): HeddleError {
  return new HeddleError("EVENT_UNREADABLE", message, {
    hint: 'Write what Claude Code gives a hook on stdin, e.g. {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}}.',
    cause,
  });
}
