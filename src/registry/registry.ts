import type { ErrorInfo, JsonObject, JsonValue, Reference } from "../core/index.ts";
import type { Hook, Outcome } from "../hooks/index.ts";
import type { Plan } from "../patterns/plan.ts";

export type PatternStatus = "draft" | "active" | "deprecated" | "archived";

/** One immutable row: only `status` ever changes. */
export interface StoredPattern {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly type: string;
  readonly status: PatternStatus;
  readonly description?: string;
  readonly tags: readonly string[];
  /** The document as registered, for export. */
  readonly definition: JsonValue;
  readonly plan: Plan;
  /** Absolute path of the file it was registered from: relative handler paths start at its folder. */
  readonly sourceFile?: string;
  readonly createdAt: Date;
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
  readonly status?: HookExecution["status"];
  readonly limit?: number;
}

/**
 * Patterns, values, hook executions and statistics. Implemented on PostgreSQL; every method throws `HeddleError`
 * `REGISTRY_UNAVAILABLE` when the database cannot be reached.
 */
export interface Registry {
  /**
   * Stores a pattern version. The same content again is a no-op (`created: false`).
   * @throws HeddleError `PATTERN_VERSION_CONFLICT` when the version exists with another digest
   */
  registerPattern(pattern: NewPattern): Promise<{ readonly pattern: StoredPattern; readonly created: boolean }>;
  /** The newest active version that satisfies the semver range (default: any; pre-releases only when the range names one). An exact version also finds deprecated ones. */
  findPattern(name: string, range?: string): Promise<StoredPattern | undefined>;
  /** Every version of one name, newest first. */
  listVersions(name: string): Promise<readonly StoredPattern[]>;
  /** The newest version of each name. */
  listPatterns(filter?: PatternFilter): Promise<readonly StoredPattern[]>;
  /** @throws HeddleError `PATTERN_NOT_FOUND` */
  setPatternStatus(name: string, version: string, status: PatternStatus): Promise<StoredPattern>;
  /** Stores a JSON value by digest; storing it twice is a no-op. */
  putValue(value: JsonValue): Promise<Reference>;
  /** @throws HeddleError `VALUE_NOT_FOUND` */
  getValue(digest: string): Promise<JsonValue>;
  /** Keeps the first record of an execution id and returns what is kept. */
  recordHookExecution(execution: HookExecution): Promise<HookExecution>;
  findHookExecution(executionId: string): Promise<HookExecution | undefined>;
  listHookExecutions(filter?: ExecutionFilter): Promise<readonly HookExecution[]>;
  /** Hooks registered for every pattern. */
  listHooks(): Promise<readonly Hook[]>;
  /** Counts a closed run into its pattern's statistics. */
  recordRun(run: {
    readonly workflowId: string;
    readonly runId: string;
    readonly pattern: string;
    readonly version: string;
    readonly succeeded: boolean;
    readonly seconds: number;
  }): Promise<void>;
  patternStatistics(name: string): Promise<PatternStatistics>;
  /** Answers when the database does; used by doctor. */
  ping(): Promise<{ readonly serverVersion: string; readonly migration: string | undefined }>;
  close(): Promise<void>;
}

export interface PatternStatistics extends JsonObject {
  readonly count: number;
  readonly success: number;
  readonly failure: number;
  readonly meanSeconds: number | null;
  readonly p95Seconds: number | null;
}
