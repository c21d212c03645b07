import type { ErrorInfo, JsonObject } from "../core/index.ts";
import type { DescribedFiring, Hook, HookEvent, Outcome } from "../hooks/index.ts";

/** A finished hook execution; `executionId` is unique, so a retried activity finds what it already decided. */
export interface HookExecution extends DescribedFiring {
  readonly executionId: string;
  readonly status: "completed" | "failed" | "timeout" | "skipped";
  readonly outcome: Outcome;
  readonly error?: ErrorInfo;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** What a hook was asked, so that it can be asked again. */
export interface Recording {
  readonly hook: Hook;
  readonly event: HookEvent;
}

/** Newest first, by start, unless `order` says otherwise. Without a limit: the first 100. */
export interface ExecutionFilter {
  readonly hook?: string;
  readonly point?: string;
  readonly step?: string;
  readonly workflowId?: string;
  readonly session?: string;
  readonly correlation?: string;
  readonly status?: HookExecution["status"];
  readonly tag?: string;
  /** Started at this moment or later. */
  readonly since?: Date;
  /** Started before this moment. */
  readonly until?: Date;
  readonly order?: "newest" | "oldest";
  readonly limit?: number;
}

/** A percentile is a duration that occurred: so many of the counted ones took at most as long. */
export interface Statistics extends JsonObject {
  readonly count: number;
  readonly success: number;
  /** Timeouts included. */
  readonly failure: number;
  readonly timeouts: number;
  readonly meanSeconds: number | null;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
  readonly p99Seconds: number | null;
}

export interface StatisticsFilter {
  readonly hook?: string;
  readonly point?: string;
  readonly since?: Date;
}

export interface GroupStatistics extends Statistics {
  /** The hook's or the point's name. */
  readonly name: string;
}

/** What is deleted of the ledger: what is too old, and what is too much. */
export interface RetentionPolicy {
  readonly maxAgeMs?: number;
  readonly maxCount?: number;
  /** The newest so many stay whatever their age. */
  readonly minCount?: number;
  /** Records of a higher priority than this stay for ever. */
  readonly priorityCeiling?: number;
  /** Records of this priority and above get so much more time. */
  readonly extra?: { readonly fromPriority: number; readonly ageMs: number };
}

export interface RetainedRecords extends JsonObject {
  readonly byAge: number;
  readonly byCount: number;
}

const DAY_MS = 86_400_000;

/** What `retention` in the settings may name. */
export const RETENTION_PRESETS = {
  default: {
    maxAgeMs: 7 * DAY_MS,
    maxCount: 10_000,
    minCount: 100,
    extra: { fromPriority: 5, ageMs: 7 * DAY_MS },
  },
  short: { maxAgeMs: DAY_MS, maxCount: 1000 },
  long: { maxAgeMs: 30 * DAY_MS, maxCount: 100_000 },
  all: {},
} as const satisfies Readonly<Record<string, RetentionPolicy>>;
