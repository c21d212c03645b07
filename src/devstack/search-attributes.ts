import type { Connection } from "@temporalio/client";
import { HeddleError, messageOf } from "../core/index.ts";
import { SEARCH_ATTRIBUTES } from "../workflows/messages.ts";
import { waitUntil } from "./wait-until.ts";

type Attribute = keyof typeof SEARCH_ATTRIBUTES;

const TYPES: Readonly<Record<Attribute, "Keyword" | "KeywordList">> = {
  pattern: "Keyword",
  version: "Keyword",
  session: "Keyword",
  status: "Keyword",
  labels: "KeywordList",
};
/** `temporal.api.enums.v1.IndexedValueType`, which the client package does not export. */
const WIRE_TYPES = { Keyword: 2, KeywordList: 7 } as const;
const VISIBLE_TIMEOUT_MS = 30_000;

/** As the dev server's `--search-attribute` flag wants them: name=type. */
export function searchAttributeFlags(): string[] {
  return attributes().flatMap(({ name, type }) => ["--search-attribute", `${name}=${type}`]);
}

/** The names of our search attributes that a namespace does not have. */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<string[]> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  return attributes().flatMap(({ name }) => (name in known.customAttributes ? [] : [name]));
}

/**
 * Registers what is missing, on any server; what is there stays. Returns what was added. A run that carries an attribute
 * which its server does not know cannot start, so this comes first.
 */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  const wanted = attributes().filter(({ name }) => missing.includes(name));
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        wanted.map(({ name, type }) => [name, WIRE_TYPES[type]]),
      ),
    });
  } catch (cause) {
    // Another process may have registered them since we looked.
    if ((await missingSearchAttributes(connection, namespace)).length > 0)
      throw refused(namespace, missing, cause);
  }
  await waitUntil(
    async () =>
      (await missingSearchAttributes(connection, namespace)).length === 0 ? true : undefined,
    { timeoutMs: VISIBLE_TIMEOUT_MS, intervalMs: 200 },
  );
  return missing;
}

function attributes(): { name: string; type: "Keyword" | "KeywordList" }[] {
  return Object.entries(TYPES).map(([key, type]) => ({
    // Object.entries forgets the key type; TYPES is a Record over exactly these keys.
    name: SEARCH_ATTRIBUTES[key as Attribute],
    type,
  }));
}

function refused(namespace: string, missing: readonly string[], cause: unknown): HeddleError {
  return new HeddleError(
    "SEARCH_ATTRIBUTES_REFUSED",
    `Cannot register the search attributes ${missing.join(", ")} in namespace "${namespace}": ${messageOf(cause)}`,
    {
      hint: `Register them with an operator's rights: temporal operator search-attribute create --namespace ${namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(" ")} (HeddleLabels is a KeywordList)`,
      cause,
    },
  );
}
