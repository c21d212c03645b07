import { setTimeout as delay } from "node:timers/promises";

import { messageOf } from "../../core/index.ts";
import type { AuditEntry, Registry } from "../../registry/index.ts";
import { queuesOf } from "./plan-queues.ts";

type Source = Pick<Registry, "listAudit" | "listPatterns" | "listVersions" | "getPattern">;

/**
 * The queues that registered patterns name, and those of patterns that are registered later: steps with a queue of their
 * own would otherwise wait for a worker that nobody starts.
 */
export async function readQueues(registry: Source): Promise<ReadonlySet<string>> {
  const queues = new Set<string>();
  for (const { name } of await registry.listPatterns()) {
    for (const { version } of await registry.listVersions(name)) {
      for (const queue of await queuesOfVersion(registry, name, version)) queues.add(queue);
    }
  }
  return queues;
}

export interface QueueWatchOptions {
  readonly registry: Source;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  readonly onQueues: (queues: ReadonlySet<string>) => Promise<void>;
  readonly onTrouble: (message: string) => void;
}

/** Looks for new registrations until the signal is aborted. One small query per look. */
export async function watchQueues(options: QueueWatchOptions): Promise<void> {
  const { registry, onQueues, onTrouble } = options;
  let seen = new Set((await registry.listAudit(REGISTRATIONS)).map(keyOf));
  await onQueues(await readQueues(registry));
  while (await pause(options)) {
    try {
      const entries = await registry.listAudit(REGISTRATIONS);
      const fresh = entries.filter((entry) => !seen.has(keyOf(entry)));
      if (fresh.length === 0) continue;
      // More news than one look shows: read everything again rather than miss some.
      const isCrowded = fresh.length === REGISTRATIONS.limit;
      await onQueues(await (isCrowded ? readQueues(registry) : queuesOfEntries(registry, fresh)));
      // By key, not by time: a registration that took long is committed after later ones.
      seen = new Set(entries.map(keyOf));
    } catch (thrown) {
      onTrouble(messageOf(thrown)); // the next look tries again
    }
  }
}

const REGISTRATIONS = { action: "pattern.registered", limit: 100 } as const;

function keyOf(entry: AuditEntry): string {
  return `${entry.at.toISOString()} ${entry.subject}`;
}

async function queuesOfEntries(
  registry: Source,
  entries: readonly AuditEntry[],
): Promise<ReadonlySet<string>> {
  const queues = new Set<string>();
  for (const { subject } of entries) {
    const at = subject.lastIndexOf("@");
    const found = await queuesOfVersion(registry, subject.slice(0, at), subject.slice(at + 1));
    for (const queue of found) queues.add(queue);
  }
  return queues;
}

async function queuesOfVersion(
  registry: Source,
  name: string,
  version: string,
): Promise<ReadonlySet<string>> {
  const pattern = await registry.getPattern(name, version);
  return pattern === undefined ? new Set() : queuesOf(pattern.plan);
}

async function pause({ intervalMs, signal }: QueueWatchOptions): Promise<boolean> {
  try {
    await delay(intervalMs, undefined, { signal });
    return true;
  } catch {
    return false; // aborted: the only way a delay fails
  }
}
