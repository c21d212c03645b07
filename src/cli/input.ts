import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";

import { parse as parseYaml } from "yaml";

import { HeddleError, messageOf, type JsonValue } from "../core/index.ts";

/**
 * Reads a JSON value from what a person may give as `--input`: inline JSON, `-` for stdin, or a JSON or YAML file.
 * Absent means an empty object, so that a schema's defaults can fill it.
 */
export async function readInput(
  given: string | undefined,
  world: { readonly cwd: string; readonly readStdin: () => Promise<string> },
): Promise<JsonValue> {
  if (given === undefined) return {};
  if (given === "-") return parseJson(await world.readStdin(), "stdin");
  if (looksInline(given)) return parseJson(given, "--input");
  const text = await readText(resolve(world.cwd, given), given);
  return isYaml(given) ? parseYamlValue(text, given) : parseJson(text, given);
}

function looksInline(given: string): boolean {
  return /^\s*[[{"]/.test(given) || /^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(given);
}

function isYaml(file: string): boolean {
  return [".yaml", ".yml"].includes(extname(file).toLowerCase());
}

async function readText(path: string, given: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw new HeddleError(
      "INPUT_UNREADABLE",
      `Cannot read the input "${given}": ${messageOf(thrown)}`,
      {
        hint: "Give a JSON or YAML file, inline JSON such as '{\"n\": 1}', or - to read stdin.",
        cause: thrown,
      },
    );
  }
}

function parseJson(text: string, source: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // as: JSON.parse gives nothing else
  } catch (thrown) {
    throw refuse(source, "JSON", thrown);
  }
}

function parseYamlValue(text: string, source: string): JsonValue {
  try {
    // Through JSON, so that what YAML alone can say (dates, maps with odd keys) never reaches a run.
    return JSON.parse(JSON.stringify(parseYaml(text) ?? null)) as JsonValue; // as: JSON.parse gives nothing else
  } catch (thrown) {
    throw refuse(source, "YAML", thrown);
  }
}

function refuse(source: string, language: string, thrown: unknown): HeddleError {
  return new HeddleError(
    "INPUT_UNREADABLE",
    `The input from ${source} is not ${language}: ${messageOf(thrown)}`,
    {
      hint: "Check it with a JSON or YAML linter; inline JSON needs quotes around it in a shell.",
      cause: thrown,
    },
  );
}
