import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { tsImport } from "tsx/esm/api";

import { HeddleError, isJsonObject, messageOf } from "../core/index.ts";
import { edgesOf, readPattern, summarize } from "../patterns/index.ts";
import type { LoadedDocument } from "./documents.ts";

const TYPESCRIPT: ReadonlySet<string> = new Set([".ts", ".mts"]);
const JAVASCRIPT: ReadonlySet<string> = new Set([".js", ".mjs"]);

/**
 * Reads a pattern file of any kind: YAML and JSON as text, so that issues have their lines; modules by their default
 * export.
 * @throws HeddleError `FILE_UNREADABLE` when there is nothing to read; what a document contains never throws
 */
export async function loadDocument(file: string, cwd: string): Promise<LoadedDocument> {
  const path = resolve(cwd, file);
  const extension = extname(path).toLowerCase();
  const isModule = TYPESCRIPT.has(extension) || JAVASCRIPT.has(extension);
  const text = isModule ? "" : await readText(path, file);
  const source = isModule ? await readModule(path, file, TYPESCRIPT.has(extension)) : text;
  const { accepted, issues, model } = readPattern(source);
  return {
    file,
    path,
    text,
    issues,
    edges: model === undefined ? [] : edgesOf(model),
    ...(model === undefined ? {} : { summary: summarize(model) }),
    ...(accepted === undefined ? {} : { accepted }),
  };
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
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
