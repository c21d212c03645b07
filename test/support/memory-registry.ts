import { createHash } from "node:crypto";
import {
  canonicalize,
  createReference,
  type JsonObject,
  type JsonValue,
} from "../../src/core/index.ts";
import { createMemoryHookStore } from "../../src/hooks/executors/index.ts";
import type { Hook } from "../../src/hooks/index.ts";
import { passesFilter } from "../../src/registry/hook-filter.ts";
import type {
  AuditEntry,
  NewPattern,
  PatternFilter,
  PatternSummary,
  Registry,
  StoredPattern,
  TrustedFolder,
} from "../../src/registry/registry.ts";
import {
  checkLimit,
  hookExists,
  hookNotFound,
  patternNotFound,
  patternVersionConflict,
  valueNotFound,
} from "../../src/registry/refusals.ts";
import { createMemoryLedger, createMemoryRuns } from "./memory-ledger.ts";
import { chooseVersion, compareNewestFirst, orderKeyOf } from "../../src/registry/versions.ts";

const RECORD_LIMIT = 100;

/**
 * The registry in memory, for tests of what stands on it. The contract suite (test/postgres) holds it to the same
 * behaviour as the real one. Values are copied through JSON on the way in, as a database would.
 */
export function createMemoryRegistry(options: { readonly actor?: string } = {}): Registry {
  const audit: AuditEntry[] = [];
  function note(action: AuditEntry["action"], subject: string, details: JsonObject = {}): void {
    audit.push({ at: new Date(), actor: options.actor ?? "heddle", action, subject, details });
  }
  const ledger = createMemoryLedger((details) => {
    note("records.pruned", "", details);
  });
  const runs = createMemoryRuns();
  const values = createValues();
  return {
    hookStore: createMemoryHookStore(),
    ...createPatterns(note),
    ...values.methods,
    ...createHooks(note),
    ...createCheckpoints(),
    ...createCache(),
    ...ledger.methods,
    ...runs.methods,
    ...createTrust(note, options.actor ?? "heddle"),
    ...createExclusive(),
    async listAudit({ limit = RECORD_LIMIT, ...filter } = {}) {
      checkLimit(limit);
      return audit
        .filter((entry) => matches(entry, filter))
        .reverse()
        .slice(0, limit);
    },
    async pruneRecords(before) {
      const counts = {
        hookExecutions: ledger.prune(before),
        runs: runs.prune(before),
        auditEntries: 0,
      };
      const kept = audit.filter(({ at }) => at >= before);
      counts.auditEntries = audit.length - kept.length;
      audit.splice(0, audit.length, ...kept);
      note("records.pruned", "", { before: before.toISOString(), ...counts });
      return counts;
    },
    async pruneValues(before) {
      const count = values.prune(before);
      note("values.pruned", "", { before: before.toISOString(), values: count });
      return count;
    },
    async ping() {
      return { serverVersion: "memory", migration: "memory" };
    },
    async close() {
      // nothing is held open
    },
  };
}

type Note = (action: AuditEntry["action"], subject: string, details?: JsonObject) => void;

type PatternMethods = Pick<
  Registry,
  | "registerPattern"
  | "findPattern"
  | "getPattern"
  | "listVersions"
  | "listPatterns"
  | "setPatternStatus"
>;

function createPatterns(note: Note): PatternMethods {
  const rows: StoredPattern[] = [];
  const get = (name: string, version: string): StoredPattern | undefined =>
    rows.find((row) => row.name === name && row.version === version);
  return {
    async registerPattern(pattern) {
      const { name, version, digest } = pattern.plan;
      orderKeyOf(version);
      const existing = get(name, version);
      if (existing !== undefined) {
        if (existing.digest === digest) return { pattern: existing, created: false };
        throw patternVersionConflict(existing, { registered: existing.digest, offered: digest });
      }
      const stored = storedPatternOf(pattern);
      rows.push(stored);
      note("pattern.registered", `${name}@${version}`, { digest, status: stored.status });
      return { pattern: stored, created: true };
    },
    async findPattern(name, range) {
      return chooseVersion(
        rows.filter((row) => row.name === name),
        range,
      );
    },
    async getPattern(name, version) {
      return get(name, version);
    },
    async listVersions(name) {
      return rows
        .filter((row) => row.name === name)
        .sort(compareNewestFirst)
        .map(summaryOf);
    },
    async listPatterns(filter = {}) {
      checkLimit(filter.limit);
      const found = rows.filter((row) => passes(row, filter)).reverse();
      const newest = found.filter((row) =>
        found.every((other) => other.name !== row.name || compareNewestFirst(row, other) <= 0),
      );
      return newest.slice(0, filter.limit).map(summaryOf);
    },
    async setPatternStatus(name, version, status) {
      const row = get(name, version);
      if (row === undefined) throw patternNotFound(name, version);
      if (row.status === status) return row;
      const changed = { ...row, status };
      rows[rows.indexOf(row)] = changed;
      note("pattern.statusChanged", `${name}@${version}`, { from: row.status, to: status });
      return changed;
    },
  };
}

function storedPatternOf(pattern: NewPattern): StoredPattern {
  const { name, version, digest, type, description } = pattern.plan;
  return {
    name,
    version,
    digest,
    type,
    status: pattern.status ?? "active",
    ...(description === undefined ? {} : { description }),
    tags: [...(pattern.tags ?? [])],
    definition: copy(pattern.definition),
    plan: copy(pattern.plan),
    ...(pattern.sourceFile === undefined ? {} : { sourceFile: pattern.sourceFile }),
    createdAt: new Date(),
  };
}

function summaryOf(pattern: StoredPattern): PatternSummary {
  const { definition: _definition, plan: _plan, ...summary } = pattern;
  return summary;
}

function passes(row: StoredPattern, { name, type, status, tag }: PatternFilter): boolean {
  return matches(row, { name, type, status }) && (tag === undefined || row.tags.includes(tag));
}

interface Values {
  readonly methods: Pick<Registry, "putValue" | "getValue">;
  prune(before: Date): number;
}

function createValues(): Values {
  const values = new Map<string, { readonly text: string; readonly storedAt: Date }>();
  return {
    methods: {
      async putValue(value) {
        const text = canonicalize(value);
        const digest = createHash("sha256").update(text).digest("hex");
        values.set(digest, { text, storedAt: new Date() });
        return createReference(digest, Buffer.byteLength(text));
      },
      async getValue(digest) {
        const found = values.get(digest);
        if (found === undefined) throw valueNotFound(digest);
        return JSON.parse(found.text) as JsonValue;
      },
    },
    prune: (before) => prune(values, ({ storedAt }) => storedAt < before),
  };
}

function createCache(): Pick<Registry, "getCached" | "putCached"> {
  const kept = new Map<string, { readonly text: string; readonly expiresAt: number }>();
  return {
    async getCached(key) {
      const found = kept.get(key);
      if (found === undefined || found.expiresAt <= Date.now()) return undefined;
      return { output: JSON.parse(found.text) as JsonValue };
    },
    async putCached(key, output, ttlMs) {
      kept.set(key, { text: JSON.stringify(output), expiresAt: Date.now() + ttlMs });
    },
  };
}

function createCheckpoints(): Pick<Registry, "saveCheckpoint" | "listCheckpoints"> {
  const sessions = new Map<string, Map<number, string>>();
  return {
    async saveCheckpoint(session, number, checkpoint) {
      const kept = sessions.get(session) ?? new Map<number, string>();
      sessions.set(session, kept);
      if (!kept.has(number)) kept.set(number, JSON.stringify(checkpoint));
    },
    async listCheckpoints(session, limit) {
      return [...(sessions.get(session) ?? [])]
        .sort(([left], [right]) => left - right)
        .slice(-limit)
        .map(([, text]) => JSON.parse(text) as JsonObject);
    },
  };
}

type HookMethods = Pick<
  Registry,
  "addHook" | "addHooks" | "findHook" | "listHooks" | "setHookEnabled" | "removeHook"
>;

function createHooks(note: Note): HookMethods {
  const hooks = new Map<string, readonly Hook[]>();
  const addHooks = async (added: readonly Hook[]): Promise<void> => {
    const taken = added.find(({ name }) => hooks.has(name));
    if (taken !== undefined) throw hookExists(taken.name);
    for (const [name, group] of Object.entries(groupByName(added))) {
      hooks.set(name, copy(group));
      for (const { on, enabled } of group) note("hook.added", name, { on, enabled });
    }
  };
  return {
    addHooks,
    async addHook(hook) {
      await addHooks([hook]);
      return copy(hook);
    },
    async findHook(name) {
      return hooks.get(name)?.[0];
    },
    async listHooks(filter = {}) {
      return [...hooks.values()].flat().filter((hook) => passesFilter(hook, filter));
    },
    async setHookEnabled(name, enabled) {
      const group = hooks.get(name);
      const [first] = group ?? [];
      if (group === undefined || first === undefined) throw hookNotFound(name);
      if (first.enabled === enabled) return first;
      hooks.set(
        name,
        group.map((hook) => ({ ...hook, enabled })),
      );
      note(enabled ? "hook.enabled" : "hook.disabled", name);
      return { ...first, enabled };
    },
    async removeHook(name) {
      const isRemoved = hooks.delete(name);
      if (isRemoved) note("hook.removed", name);
      return isRemoved;
    },
  };
}

type TrustMethods = Pick<Registry, "trustFolder" | "untrustFolder" | "findTrustedFolder">;

function createTrust(note: Note, trustedBy: string): TrustMethods {
  const folders = new Map<string, TrustedFolder>();
  return {
    async trustFolder(folder, fingerprint) {
      const trusted = { folder, fingerprint, trustedBy, trustedAt: new Date() };
      folders.set(folder, trusted);
      note("folder.trusted", folder, { fingerprint });
      return trusted;
    },
    async untrustFolder(folder) {
      const isRemoved = folders.delete(folder);
      if (isRemoved) note("folder.untrusted", folder);
      return isRemoved;
    },
    async findTrustedFolder(folder) {
      return folders.get(folder);
    },
  };
}

function createExclusive(): Pick<Registry, "exclusively"> {
  const held = new Set<string>();
  return {
    async exclusively(name, work) {
      if (held.has(name)) return false;
      held.add(name);
      try {
        await work();
        return true;
      } finally {
        held.delete(name);
      }
    },
  };
}

/** Every key that the filter gives a value must have that value. */
function matches<T extends object>(one: T, filter: { readonly [K in keyof T]?: T[K] | undefined }) {
  return Object.entries(filter).every(
    ([key, wanted]) => wanted === undefined || one[key as keyof T] === wanted,
  );
}

function prune<V>(map: Map<string, V>, isOld: (value: V) => boolean): number {
  const old = [...map].filter(([, value]) => isOld(value));
  for (const [key] of old) map.delete(key);
  return old.length;
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function groupByName(hooks: readonly Hook[]): Readonly<Record<string, readonly Hook[]>> {
  const groups: Record<string, Hook[]> = {};
  for (const hook of hooks) (groups[hook.name] ??= []).push(hook);
  return groups;
}
