import type { JsonObject, JsonValue, Reference } from "../core/index.ts";
import type { Hook, HookStore } from "../hooks/index.ts";
import type { Plan } from "../patterns/plan.ts";
import type {
  ExecutionFilter,
  GroupStatistics,
  HookExecution,
  Recording,
  RetainedRecords,
  RetentionPolicy,
  Statistics,
  StatisticsFilter,
} from "./ledger.ts";

export type PatternStatus = "draft" | "active" | "deprecated" | "archived";

/** What lists show of a version: everything but the documents, which can be tens of megabytes. */
export interface PatternSummary {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly type: string;
  readonly status: PatternStatus;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Absolute path of the file it was registered from: relative handler paths start at its folder. */
  readonly sourceFile?: string;
  readonly createdAt: Date;
}

/** One immutable row: only `status` ever changes. */
export interface StoredPattern extends PatternSummary {
  /** The document as registered, for export. */
  readonly definition: JsonValue;
  readonly plan: Plan;
}

export interface NewPattern {
  readonly definition: JsonValue;
  readonly plan: Plan;
  readonly tags?: readonly string[];
  readonly sourceFile?: string;
  readonly status?: "draft" | "active";
}

/** Filters and limits of lists. Without a limit: every pattern and hook, but the newest 100 records. */
export interface PatternFilter {
  readonly name?: string;
  readonly type?: string;
  readonly status?: PatternStatus;
  readonly tag?: string;
  readonly limit?: number;
}

/** All that are given must hold. */
export interface HookFilter {
  readonly on?: string;
  readonly enabled?: boolean;
  readonly priority?: number;
  /** One of `metadata.tags`. */
  readonly tag?: string;
  readonly source?: string;
  /** The kind of its handler: command, http, function ... */
  readonly handler?: string;
}

/** A folder whose project hook files somebody looked at. */
export interface TrustedFolder {
  readonly folder: string;
  readonly fingerprint: string;
  readonly trustedBy: string;
  readonly trustedAt: Date;
}

export interface AuditFilter {
  readonly action?: AuditEntry["action"];
  readonly subject?: string;
  readonly limit?: number;
}

/** Who changed what. Written in the transaction of the change itself. */
export interface AuditEntry {
  readonly at: Date;
  readonly actor: string;
  readonly action:
    | "pattern.registered"
    | "pattern.statusChanged"
    | "hook.added"
    | "hook.enabled"
    | "hook.disabled"
    | "hook.removed"
    | "folder.trusted"
    | "folder.untrusted"
    | "records.pruned"
    | "values.pruned";
  /** `name@version`, a hook's name, or empty. */
  readonly subject: string;
  readonly details: JsonObject;
}

export interface ClosedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly pattern: string;
  readonly version: string;
  readonly succeeded: boolean;
  readonly timedOut?: boolean;
  readonly seconds: number;
}

export interface PrunedRecords extends JsonObject {
  readonly hookExecutions: number;
  readonly runs: number;
  readonly auditEntries: number;
}

/**
 * Patterns, values, hook executions and statistics. Implemented on PostgreSQL; every method throws `HeddleError`
 * `REGISTRY_UNAVAILABLE` when the database cannot be reached or does not answer in time, and `SCHEMA_OUTDATED` when it
 * was not migrated.
 */
export interface Registry {
  /** State that hooks share across runs and workers. */
  readonly hookStore: HookStore;
  /**
   * Stores a pattern version, active unless said otherwise. The same content again is a no-op (`created: false`).
   * @throws HeddleError `PATTERN_VERSION_CONFLICT` when the version exists with another digest,
   *   `PATTERN_VERSION_INVALID` when it is not a semantic version
   */
  registerPattern(
    pattern: NewPattern,
  ): Promise<{ readonly pattern: StoredPattern; readonly created: boolean }>;
  /**
   * The newest active version that satisfies the semver range (default: any; pre-releases only when the range names
   * one). An exact version also finds deprecated ones.
   * @throws HeddleError `VERSION_RANGE_INVALID`
   */
  findPattern(name: string, range?: string): Promise<StoredPattern | undefined>;
  /** One version whatever its status, for export and comparison. */
  getPattern(name: string, version: string): Promise<StoredPattern | undefined>;
  /** Every version of one name, newest first. */
  listVersions(name: string): Promise<readonly PatternSummary[]>;
  /** The newest version of each name among those that pass the filter; last registered first. */
  listPatterns(filter?: PatternFilter): Promise<readonly PatternSummary[]>;
  /** @throws HeddleError `PATTERN_NOT_FOUND` */
  setPatternStatus(name: string, version: string, status: PatternStatus): Promise<StoredPattern>;
  /** Stores a JSON value by digest; storing it twice is a no-op. */
  putValue(value: JsonValue): Promise<Reference>;
  /** @throws HeddleError `VALUE_NOT_FOUND` */
  getValue(digest: string): Promise<JsonValue>;
  /** Keeps the first record of an execution id and returns what is kept. */
  recordHookExecution(execution: HookExecution, recording?: Recording): Promise<HookExecution>;
  findHookExecution(executionId: string): Promise<HookExecution | undefined>;
  /** What the hook was asked; undefined when that was not kept. */
  findRecording(executionId: string): Promise<Recording | undefined>;
  listHookExecutions(filter?: ExecutionFilter): Promise<readonly HookExecution[]>;
  /**
   * Registers a hook for every pattern.
   * @throws HeddleError `HOOK_EXISTS` when the name is taken
   */
  addHook(hook: Hook): Promise<Hook>;
  /**
   * Registers what one registration stands for: hooks of one name, one per point, or none of them.
   * @throws HeddleError `HOOK_EXISTS` when the name is taken
   */
  addHooks(hooks: readonly Hook[]): Promise<void>;
  findHook(name: string): Promise<Hook | undefined>;
  /** Hooks registered for every pattern, in order of registration, disabled ones included unless filtered out. */
  listHooks(filter?: HookFilter): Promise<readonly Hook[]>;
  /** @throws HeddleError `HOOK_NOT_FOUND` */
  setHookEnabled(name: string, enabled: boolean): Promise<Hook>;
  /** False when there was none of that name. Its executions stay. */
  removeHook(name: string): Promise<boolean>;
  /** Of one hook, or of all. Timeouts count as failures; skipped executions are not counted. */
  hookStatistics(hook?: string): Promise<Statistics>;
  /** The same for each hook, or for each point, by name. */
  hookStatisticsBy(
    group: "hook" | "point",
    filter?: StatisticsFilter,
  ): Promise<readonly GroupStatistics[]>;
  /** A kept result that has not expired. */
  getCached(key: string): Promise<{ readonly output: JsonValue } | undefined>;
  /** Keeps a result for so many milliseconds; the last one kept under a key wins. */
  putCached(key: string, output: JsonValue, ttlMs: number): Promise<void>;
  /** Keeps a session's checkpoint; the same number again is a no-op. */
  saveCheckpoint(session: string, number: number, checkpoint: JsonObject): Promise<void>;
  /** A session's last checkpoints, oldest first. */
  listCheckpoints(session: string, limit: number): Promise<readonly JsonObject[]>;
  /** Counts a closed run into its pattern's statistics, once however often it is told. */
  recordRun(run: ClosedRun): Promise<void>;
  patternStatistics(name: string): Promise<Statistics>;
  /** Newest first. */
  listAudit(filter?: AuditFilter): Promise<readonly AuditEntry[]>;
  /** Deletes hook executions, closed runs (and so their part of the statistics) and audit entries of before a moment. */
  pruneRecords(before: Date): Promise<PrunedRecords>;
  /** Deletes hook executions by age, count and priority. */
  retainHookExecutions(policy: RetentionPolicy, now: Date): Promise<RetainedRecords>;
  /** Trusts a folder's hook files as they are; the last fingerprint counts. */
  trustFolder(folder: string, fingerprint: string): Promise<TrustedFolder>;
  /** False when it was not trusted. */
  untrustFolder(folder: string): Promise<boolean>;
  findTrustedFolder(folder: string): Promise<TrustedFolder | undefined>;
  /** Does the work unless somebody else, on any machine, does work of this name; says whether it was done. */
  exclusively(name: string, work: () => Promise<void>): Promise<boolean>;
  /**
   * Deletes values that were last stored before a moment; returns how many. Runs that still refer to one fail, so the
   * moment must lie further back than the longest run plus the retention of its history.
   */
  pruneValues(before: Date): Promise<number>;
  /** Answers when the database does; used by doctor. */
  ping(): Promise<{ readonly serverVersion: string; readonly migration: string | undefined }>;
  close(): Promise<void>;
}
