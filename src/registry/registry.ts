import type { ErrorInfo, JsonObject, JsonValue, Reference } from "../core/index.ts";
import type { Hook, Outcome } from "../hooks/index.ts";
import type { Plan } from "../patterns/plan.ts";

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

/** A finished hook execution; `executionId` is unique, so a retried activity finds what it already decided. */
export interface HookExecution {
  readonly executionId: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly pattern: string;
  readonly point: string;
  readonly hook: string;
  readonly source: string;
  readonly step?: string;
  readonly instance?: string;
  readonly session?: string;
  readonly attempt: number;
  readonly status: "completed" | "failed" | "timeout" | "skipped";
  readonly outcome: Outcome;
  readonly error?: ErrorInfo;
  readonly input?: JsonValue;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Filters and limits of lists. Without a limit: every pattern and hook, but the newest 100 records. */
export interface PatternFilter {
  readonly name?: string;
  readonly type?: string;
  readonly status?: PatternStatus;
  readonly tag?: string;
  readonly limit?: number;
}

export interface ExecutionFilter {
  readonly hook?: string;
  readonly point?: string;
  readonly workflowId?: string;
  readonly session?: string;
  readonly status?: HookExecution["status"];
  readonly limit?: number;
}

export interface HookFilter {
  readonly on?: string;
  readonly enabled?: boolean;
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
  readonly seconds: number;
}

/** `p95Seconds` is a duration that occurred: 95 % of the counted ones took at most as long. */
export interface Statistics extends JsonObject {
  readonly count: number;
  readonly success: number;
  readonly failure: number;
  readonly meanSeconds: number | null;
  readonly p95Seconds: number | null;
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
  recordHookExecution(execution: HookExecution): Promise<HookExecution>;
  findHookExecution(executionId: string): Promise<HookExecution | undefined>;
  /** Newest first, by start. */
  listHookExecutions(filter?: ExecutionFilter): Promise<readonly HookExecution[]>;
  /**
   * Registers a hook for every pattern.
   * @throws HeddleError `HOOK_EXISTS` when the name is taken
   */
  addHook(hook: Hook): Promise<Hook>;
  findHook(name: string): Promise<Hook | undefined>;
  /** Hooks registered for every pattern, in order of registration, disabled ones included unless filtered out. */
  listHooks(filter?: HookFilter): Promise<readonly Hook[]>;
  /** @throws HeddleError `HOOK_NOT_FOUND` */
  setHookEnabled(name: string, enabled: boolean): Promise<Hook>;
  /** False when there was none of that name. Its executions stay. */
  removeHook(name: string): Promise<boolean>;
  /** Of one hook, or of all. Timeouts count as failures; skipped executions are not counted. */
  hookStatistics(hook?: string): Promise<Statistics>;
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
  /**
   * Deletes values that were last stored before a moment; returns how many. Runs that still refer to one fail, so the
   * moment must lie further back than the longest run plus the retention of its history.
   */
  pruneValues(before: Date): Promise<number>;
  /** Answers when the database does; used by doctor. */
  ping(): Promise<{ readonly serverVersion: string; readonly migration: string | undefined }>;
  close(): Promise<void>;
}
