import { realpath, stat } from "node:fs/promises";

import { HeddleError, messageOf, parseDuration, type JsonValue } from "../../core/index.ts";

/** @throws HeddleError `USAGE` */
export function readInteger(flag: string, text: string, least = Number.MIN_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw usage(
    `${flag} is "${text}": expected a whole number${least > 0 ? ` of at least ${String(least)}` : ""}`,
  );
}

/** A moment as ISO 8601, or so long ago (`2h`, `7d`). @throws HeddleError `USAGE` */
export function readMoment(flag: string, text: string, now: Date): Date {
  const ago = parseDuration(text);
  if (ago.ok) return new Date(now.getTime() - ago.value);
  const moment = new Date(text);
  if (!Number.isNaN(moment.getTime())) return moment;
  throw usage(
    `${flag} is "${text}": expected a date as 2026-01-31T12:00:00Z, or so long ago as 2h`,
  );
}

/** `path=value`, where a value that is JSON is read as JSON. @throws HeddleError `USAGE` */
export function readPairs(
  flag: string,
  pairs: readonly string[],
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at <= 0) throw usage(`${flag} is "${pair}": expected path=value`);
      return [pair.slice(0, at), readValue(pair.slice(at + 1))];
    }),
  );
}

/** The folder as it really is, so that a link to it is the same folder. @throws HeddleError `FOLDER_UNREADABLE` */
export async function readFolder(path: string): Promise<string> {
  try {
    const folder = await realpath(path);
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    throw unreadable(path, messageOf(error));
  }
  throw unreadable(path, "it is not a folder");
}

function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
  } catch {
    return text; // a word that is no JSON means itself
  }
}

function usage(message: string): HeddleError {
  return new HeddleError("USAGE", message, {
    hint: "Add --help to the command for what it takes.",
  });
}

function unreadable(path: string, why: string): HeddleError {
  return new HeddleError("FOLDER_UNREADABLE", `Cannot read the folder ${path}: ${why}`, {
    hint: "Give the folder of a checkout, such as the current one with: .",
  });
}
