/** Histories as files: what the Temporal CLI and the Web UI write, without anything of the machine that made them. */
import { mkdir, writeFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";

import type { History } from "./engine.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Writes the history; `dataDir`, this machine's folders and its name are replaced everywhere, stack traces left out. */
export async function saveHistory(file: string, history: History, dataDir: string): Promise<void> {
  const replace = replacer([
    [dataDir, "/data"],
    [ROOT, "/app"],
    [homedir(), "/home"],
    [hostname(), "host"],
  ]);
  const clean = scrub(JSON.parse(historyToJSON(history)), replace);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(clean)}\n`);
}

type Replace = (text: string) => string;

function replacer(pairs: readonly (readonly [string, string])[]): Replace {
  return (text) => pairs.reduce((done, [from, to]) => done.replaceAll(from, to), text);
}

function scrub(value: unknown, replace: Replace): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => scrub(item, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "stackTrace")
      .map(([key, field]) => [
        key,
        key === "data" ? scrubData(field, replace) : scrub(field, replace),
      ]),
  );
}

/** A payload's data is base64; what is no text stays as it is. */
function scrubData(data: unknown, replace: Replace): unknown {
  if (typeof data !== "string") return scrub(data, replace);
  const text = Buffer.from(data, "base64").toString();
  const clean = replace(text);
  return clean === text ? data : Buffer.from(clean).toString("base64");
}
