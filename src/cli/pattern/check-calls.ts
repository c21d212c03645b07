import { isJsonObject } from "../../core/index.ts";
import {
  patternCallsOf,
  readPattern,
  type Known,
  type KnownPattern,
} from "../../patterns/index.ts";
import type { PatternStatus, Registry } from "../../registry/index.ts";
import type { LoadedDocument } from "../documents.ts";

/** Versions that a call can still find. */
const CALLABLE: ReadonlySet<PatternStatus> = new Set(["active", "deprecated"]);

const UNKNOWN = "unknown-pattern";

/** What every call of a pattern looks like, and some other things. */
const CALL = `"pattern":"`;

/**
 * Verifies an accepted document once more, now knowing which patterns are registered: calls of unknown ones, versions that
 * do not fit, and circles through several patterns. Asks the registry only when the document calls a pattern at all.
 */
export async function checkCalls(
  document: LoadedDocument,
  registry: () => Promise<Registry>,
): Promise<LoadedDocument> {
  if (document.accepted === undefined) return document;
  const { definition } = document.accepted;
  // Reading a large document once more takes a second, and most call nothing.
  const calls = JSON.stringify(definition).includes(CALL) ? patternCallsOf(definition) : [];
  if (calls.length === 0) return document;
  const known: Known = {
    ...document.known,
    patterns: await findPatterns(await registry(), calls),
  };
  const { accepted, issues } = readPattern(document.source, { known });
  const { accepted: _before, ...rest } = document;
  return { ...rest, issues, ...(accepted === undefined ? {} : { accepted }) };
}

/**
 * For a document that is about to run: what it calls cannot be registered later, as it can when it is only stored, so a
 * call that finds nothing refuses it.
 */
export function refuseUnknownCalls(document: LoadedDocument): LoadedDocument {
  if (!document.issues.some(({ code }) => code === UNKNOWN)) return document;
  const issues = document.issues.map((issue) =>
    issue.code === UNKNOWN ? { ...issue, severity: "error" as const } : issue,
  );
  const { accepted: _before, ...rest } = document;
  return { ...rest, issues };
}

/** The called patterns and those that they call in turn, each once. */
async function findPatterns(
  registry: Registry,
  first: readonly string[],
): Promise<ReadonlyMap<string, KnownPattern>> {
  const found = new Map<string, KnownPattern>();
  const queue = [...first];
  const seen = new Set(queue);
  // The list grows while it is walked.
  for (const name of queue) {
    const pattern = await findPattern(registry, name);
    if (pattern === undefined) continue;
    found.set(name, pattern);
    for (const next of pattern.calls) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return found;
}

async function findPattern(registry: Registry, name: string): Promise<KnownPattern | undefined> {
  const versions = (await registry.listVersions(name))
    .filter(({ status }) => CALLABLE.has(status))
    .map(({ version }) => version);
  const newest = await registry.findPattern(name);
  if (versions.length === 0 && newest === undefined) return undefined;
  const definition = newest?.definition;
  if (!isJsonObject(definition)) return { versions, calls: [] };
  const input = definition["input"];
  return {
    versions,
    calls: patternCallsOf(definition, { withoutLimit: true }),
    ...(isJsonObject(input) ? { input } : {}),
  };
}
