import { stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { tsImport } from "tsx/esm/api";

const TYPESCRIPT = /\.[cm]?ts$/;
const loaded = new Map<string, { readonly changedAt: number; readonly module: Promise<unknown> }>();

/** Imports a module by absolute path, TypeScript too, and again once its file has changed. */
export async function importModule(path: string): Promise<unknown> {
  const changedAt = (await stat(path)).mtimeMs;
  const known = loaded.get(path);
  if (known?.changedAt === changedAt) return known.module;
  const module = importFresh(path, changedAt);
  loaded.set(path, { changedAt, module });
  return module;
}

async function importFresh(path: string, changedAt: number): Promise<unknown> {
  const url = pathToFileURL(path).href;
  // tsx gives each call a namespace of its own; plain imports are told apart by their query.
  if (TYPESCRIPT.test(path)) return tsImport(url, import.meta.url);
  return import(`${url}?changed=${String(changedAt)}`);
}
