import { createReadStream } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { tsImport } from "tsx/esm/api";

import { HeddleError, isJsonObject, messageOf, type Issue } from "../core/index.ts";
import { edgesOf, MAX_DOCUMENT_BYTES, readPattern, summarize } from "../patterns/index.ts";
import type { LoadedDocument } from "./documents.ts";

/** The name that stands for stdin. */
const STDIN = "-";
const TYPESCRIPT: ReadonlySet<string> = new Set([".ts", ".mts"]);
const JAVASCRIPT: ReadonlySet<string> = new Set([".js", ".mjs"]);

/**
 * Reads a pattern file of any kind: YAML and JSON as text, so that issues have their lines; modules by their default
 * export; `-` as text from stdin.
 * @throws HeddleError `FILE_UNREADABLE` when there is nothing to read; what a document contains never throws
 */
export async function loadDocument(
  file: string,
  cwd: string,
  stdin: AsyncIterable<Buffer | string> = process.stdin,
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
    return { file, path, text: raw, source: raw, issues: [notUtf8(bytes)], edges: [] };
  }
  const source = isModule ? await readModule(path, file, TYPESCRIPT.has(extension)) : text;
  const { accepted, issues, model } = readPattern(source);
  return {
    file,
    path,
    text,
    source,
    issues,
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
  const exported = isJsonObject(module) ? module["default"] : undefined;
  if (isJsonObject(exported)) return exported;
  throw new HeddleError(
    "FILE_UNREADABLE",
    `The module "${file}" has no pattern as its default export.`,
    {
      hint: "Write: export default definePattern({ ... })",
    },
  );
}

function unreadable(file: string, cause: unknown): HeddleError {
  return new HeddleError("FILE_UNREADABLE", `Cannot read "${file}": ${messageOf(cause)}`, {
    hint: "Give a .yaml, .json, .ts or .js file that exists.",
    cause,
  });
}
