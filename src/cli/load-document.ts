import { createReadStream } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { tsImport } from "tsx/esm/api";

import { HeddleError, isJsonObject, messageOf, type Issue } from "../core/index.ts";
import {
  edgesOf,
  MAX_DOCUMENT_BYTES,
  readPattern,
  summarize,
  type Known,
} from "../patterns/index.ts";
import type { LoadedDocument } from "./documents.ts";
import { knownFunctions } from "./pattern/known-functions.ts";

/** The name that stands for stdin. */
const STDIN = "-";
const TYPESCRIPT: ReadonlySet<string> = new Set([".ts", ".mts"]);
const JAVASCRIPT: ReadonlySet<string> = new Set([".js", ".mjs"]);

/**
 * Reads a pattern file of any kind: YAML and JSON as text, so that issues have their lines; modules by their default
 * export; `-` as text from stdin.
 * @param functions - modules whose functions are all there are; without them it is not known which exist
 * @throws HeddleError `FILE_UNREADABLE` when there is nothing to read; what a document contains never throws
 */
export async function loadDocument(
  file: string,
  cwd: string,
  stdin: AsyncIterable<Buffer | string> = process.stdin,
  functions?: readonly string[],
): Promise<LoadedDocument> {
  const path = resolve(cwd, file);
  const extension = extname(path).toLowerCase();
  const isModule = TYPESCRIPT.has(extension) || JAVASCRIPT.has(extension);
  const bytes = isModule
    ? Buffer.of()
    : await readBytes(file === STDIN ? stdin : createReadStream(path), file);
  const text = decode(bytes);
  if (text === undefined) {
    const raw = bytes.toString();
    const issues = [notUtf8(bytes)];
    return { file, path, text: raw, source: raw, issues, known: {}, edges: [] };
  }
  const source = isModule ? await readModule(path, file, TYPESCRIPT.has(extension)) : text;
  const known: Known =
    functions === undefined
      ? {}
      : { functions: await knownFunctions(functions, isModule ? path : undefined) };
  const { accepted, issues, model } = readPattern(source, { known });
  return {
    file,
    path,
    text,
    source,
    issues,
    known,
    edges: model === undefined ? [] : edgesOf(model),
    ...(model === undefined ? {} : { summary: summarize(model) }),
    ...(accepted === undefined ? {} : { accepted }),
  };
}

/** Up to a little more than a document may have: what is larger, or never ends, is refused and not read to its end. */
async function readBytes(stream: AsyncIterable<Buffer | string>, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      length += bytes.length;
      if (length > MAX_DOCUMENT_BYTES) break;
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  return Buffer.concat(chunks);
}

/** The text without a byte order mark; undefined when the bytes are no UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  // The last character may have been cut in two, and the document is too large anyway.
  const fatal = bytes.length <= MAX_DOCUMENT_BYTES;
  try {
    return new TextDecoder("utf-8", { fatal }).decode(bytes);
  } catch {
    return undefined; // the only thing that a fatal decoder throws for
  }
}

/** Replacing what cannot be read would register another pattern than the author wrote. */
function notUtf8(bytes: Uint8Array): Issue {
  const before = new TextDecoder().decode(bytes).split("\ufffd", 1)[0] ?? "";
  const lines = before.split("\n");
  return {
    code: "not-utf8",
    severity: "error",
    path: "",
    line: lines.length,
    column: (lines.at(-1) ?? "").length + 1,
    message: "The file is not UTF-8 text: this byte is no part of a character",
    hint: "save the file as UTF-8",
  };
}

async function readModule(path: string, file: string, isTypeScript: boolean): Promise<object> {
  const url = pathToFileURL(path).href;
  let module: unknown;
  try {
    // Imports give any; what matters of it is looked at below.
    module = (await (isTypeScript ? tsImport(url, import.meta.url) : import(url))) as unknown;
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  const exported = defaultOf(module);
  // Where no package.json says "type": "module" the file is CommonJS, whose own default export stands inside.
  const pattern = defaultOf(exported) ?? exported;
  if (isJsonObject(pattern)) return pattern;
  throw new HeddleError(
    "FILE_UNREADABLE",
    `The module "${file}" has no pattern as its default export.`,
    {
      hint: "Write: export default definePattern({ ... })",
    },
  );
}

function defaultOf(value: unknown): unknown {
  return isJsonObject(value) ? value["default"] : undefined;
}

function unreadable(file: string, cause: unknown): HeddleError {
  return new HeddleError("FILE_UNREADABLE", `Cannot read "${file}": ${messageOf(cause)}`, {
    hint: "Give a .yaml, .json, .ts or .js file that exists.",
    cause,
  });
}
