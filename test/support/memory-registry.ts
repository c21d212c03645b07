import { createHash } from "node:crypto";
import {
  canonicalize,
  createReference,
  type JsonObject,
  type JsonValue,
} from "../../src/core/index.ts";
import { createMemoryHookStore } from "../../src/hooks/executors/index.ts";
import type { Hook } from "../../src/hooks/index.ts";
import type {
  AuditEntry,
  ClosedRun,
  HookExecution,
  NewPattern,
  PatternFilter,
  PatternSummary,
  Registry,
  Statistics,
  StoredPattern,
} from "../../src/registry/registry.ts";
import {
  checkLimit,
  hookExists,
  hookNotFound,
  patternNotFound,
  patternVersionConflict,
  valueNotFound,
} from "../../src/registry/refusals.ts";
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
  const hookExecutions = new Map<string, HookExecution>();
  const runs = new Map<string, ClosedRun & { readonly closedAt: Date }>();
  const values = createValues();
  return {
    hookStore: createMemoryHookStore(),
    ...createPatterns(note),
    ...values.methods,
    ...createHooks(note),
    ...createCheckpoints(),
    ...createCache(),
    async recordHookExecution(execution) {
      const kept = hookExecutions.get(execution.executionId) ?? copyExecution(execution);
      hookExecutions.set(execution.executionId, kept);
      return kept;
    },
    async findHookExecution(executionId) {
      return hookExecutions.get(executionId);
    },
    async listHookExecutions({ limit = RECORD_LIMIT, ...filter } = {}) {
      checkLimit(limit);
      return [...hookExecutions.values()]
        .filter((execution) => matches(execution, filter))
        .reverse()
        .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
        .slice(0, limit);
    },
    async hookStatistics(hook) {
      const counted = [...hookExecutions.values()].filter(
        (one) => one.status !== "skipped" && (hook === undefined || one.hook === hook),
      );
      return statisticsOf(
        counted.map(({ status, durationMs }) => ({
          succeeded: status === "completed",
          seconds: durationMs / 1000,
        })),
      );
    },
    async recordRun(run) {
      const key = canonicalize([run.workflowId, run.runId]);
      if (!runs.has(key)) runs.set(key, { ...run, closedAt: new Date() });
    },
    async patternStatistics(name) {
      return statisticsOf([...runs.values()].filter(({ pattern }) => pattern === name));
    },
    async listAudit({ limit = RECORD_LIMIT, ...filter } = {}) {
      checkLimit(limit);
      return audit
        .filter((entry) => matches(entry, filter))
        .reverse()
        .slice(0, limit);
    },
    async pruneRecords(before) {
      const counts = {
        hookExecutions: prune(hookExecutions, ({ startedAt }) => startedAt < before),
        runs: prune(runs, ({ closedAt }) => closedAt < before),
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
  "addHook" | "findHook" | "listHooks" | "setHookEnabled" | "removeHook"
>;

function createHooks(note: Note): HookMethods {
  const hooks = new Map<string, Hook>();
  return {
    async addHook(hook) {
      if (hooks.has(hook.name)) throw hookExists(hook.name);
      const kept = copy(hook);
      hooks.set(hook.name, kept);
      note("hook.added", hook.name, { on: hook.on, enabled: hook.enabled });
      return kept;
    },
    async findHook(name) {
      return hooks.get(name);
    },
    async listHooks(filter = {}) {
      return [...hooks.values()].filter((hook) => matches(hook, filter));
    },
    async setHookEnabled(name, enabled) {
      const hook = hooks.get(name);
      if (hook === undefined) throw hookNotFound(name);
      if (hook.enabled === enabled) return hook;
      const changed = { ...hook, enabled };
      hooks.set(name, changed);
      note(enabled ? "hook.enabled" : "hook.disabled", name);
      return changed;
    },
    async removeHook(name) {
      const isRemoved = hooks.delete(name);
      if (isRemoved) note("hook.removed", name);
      return isRemoved;
    },
  };
}

function statisticsOf(
  counted: readonly { readonly succeeded: boolean; readonly seconds: number }[],
): Statistics {
  const seconds = counted.map((one) => one.seconds).sort((a, b) => a - b);
  const count = seconds.length;
  const success = counted.filter(({ succeeded }) => succeeded).length;
  return {
    count,
    success,
    failure: count - success,
    meanSeconds: count === 0 ? null : seconds.reduce((sum, one) => sum + one, 0) / count,
    p95Seconds: seconds[Math.ceil(0.95 * count) - 1] ?? null,
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

function copyExecution(execution: HookExecution): HookExecution {
  const { startedAt, ...rest } = execution;
  return { ...copy(rest), startedAt: new Date(startedAt) };
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
