/** The ledger in memory; see memory-registry.ts. */
import { canonicalize } from "../../src/core/index.ts";
import type { GroupStatistics, HookExecution, Statistics } from "../../src/registry/ledger.ts";
import type { ExecutionFilter, Recording, StatisticsFilter } from "../../src/registry/ledger.ts";
import { checkLimit } from "../../src/registry/refusals.ts";
import type { ClosedRun, Registry } from "../../src/registry/registry.ts";

const RECORD_LIMIT = 100;

type LedgerMethods = Pick<
  Registry,
  | "recordHookExecution"
  | "findHookExecution"
  | "findRecording"
  | "listHookExecutions"
  | "hookStatistics"
  | "hookStatisticsBy"
  | "retainHookExecutions"
>;

export interface MemoryLedger {
  readonly methods: LedgerMethods;
  prune(before: Date): number;
}

export function createMemoryLedger(
  onRetained: (details: Record<string, number>) => void,
): MemoryLedger {
  const executions = new Map<string, HookExecution>();
  const recordings = new Map<string, Recording>();
  const newestFirst = (): HookExecution[] =>
    [...executions.values()]
      .reverse()
      .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  const counted = (filter: StatisticsFilter): HookExecution[] =>
    [...executions.values()].filter(
      (one) => one.status !== "skipped" && passesExecution(one, filter),
    );
  const methods: LedgerMethods = {
    async recordHookExecution(execution, recording) {
      const known = executions.get(execution.executionId);
      if (known !== undefined) return known;
      const kept = copyExecution(execution);
      executions.set(execution.executionId, kept);
      if (recording !== undefined) recordings.set(execution.executionId, copy(recording));
      return kept;
    },
    async findHookExecution(executionId) {
      return executions.get(executionId);
    },
    async findRecording(executionId) {
      return recordings.get(executionId);
    },
    async listHookExecutions(filter = {}) {
      const { limit = RECORD_LIMIT, order = "newest" } = filter;
      checkLimit(limit);
      const found = newestFirst().filter((one) => passesExecution(one, filter));
      return (order === "newest" ? found : found.reverse()).slice(0, limit);
    },
    async hookStatistics(hook) {
      return statisticsOf(counted(hook === undefined ? {} : { hook }).map(timeOf));
    },
    async hookStatisticsBy(group, filter = {}) {
      const found = counted(filter);
      const names = [...new Set(found.map((one) => one[group]))].sort();
      return names.map((name): GroupStatistics => ({
        name,
        ...statisticsOf(found.filter((one) => one[group] === name).map(timeOf)),
      }));
    },
    async retainHookExecutions(policy, now) {
      const { maxAgeMs, maxCount, minCount = 0, priorityCeiling, extra } = policy;
      const mayGo = ({ priority = 0 }: HookExecution): boolean =>
        priorityCeiling === undefined || priority <= priorityCeiling;
      const isOld = ({ startedAt, priority = 0 }: HookExecution): boolean => {
        if (maxAgeMs === undefined) return false;
        const more = extra !== undefined && priority >= extra.fromPriority ? extra.ageMs : 0;
        return startedAt.getTime() < now.getTime() - maxAgeMs - more;
      };
      const remove = (found: readonly HookExecution[]): number => {
        for (const { executionId } of found) executions.delete(executionId);
        return found.length;
      };
      const byAge = remove(
        newestFirst()
          .slice(minCount)
          .filter((one) => isOld(one) && mayGo(one)),
      );
      const ranked = newestFirst().sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
      const byCount = maxCount === undefined ? 0 : remove(ranked.slice(maxCount).filter(mayGo));
      if (byAge + byCount > 0) onRetained({ byAge, byCount });
      return { byAge, byCount };
    },
  };
  return {
    methods,
    prune(before) {
      const old = [...executions.values()].filter(({ startedAt }) => startedAt < before);
      for (const { executionId } of old) executions.delete(executionId);
      return old.length;
    },
  };
}

export interface MemoryRuns {
  readonly methods: Pick<Registry, "recordRun" | "patternStatistics">;
  prune(before: Date): number;
}

export function createMemoryRuns(): MemoryRuns {
  const runs = new Map<string, ClosedRun & { readonly closedAt: Date }>();
  return {
    methods: {
      async recordRun(run) {
        const key = canonicalize([run.workflowId, run.runId]);
        if (!runs.has(key)) runs.set(key, { ...run, closedAt: new Date() });
      },
      async patternStatistics(name) {
        return statisticsOf([...runs.values()].filter(({ pattern }) => pattern === name));
      },
    },
    prune(before) {
      const old = [...runs].filter(([, { closedAt }]) => closedAt < before);
      for (const [key] of old) runs.delete(key);
      return old.length;
    },
  };
}

function passesExecution(one: HookExecution, filter: ExecutionFilter): boolean {
  const { limit: _limit, order: _order, tag, since, until, ...equal } = filter;
  // What is left are fields of an execution.
  const fields: Readonly<Record<string, unknown>> = { ...one };
  return (
    Object.entries(equal).every(([key, wanted]) => fields[key] === wanted) &&
    (tag === undefined || (one.tags ?? []).includes(tag)) &&
    (since === undefined || one.startedAt >= since) &&
    (until === undefined || one.startedAt < until)
  );
}

interface Timed {
  readonly succeeded: boolean;
  readonly timedOut?: boolean;
  readonly seconds: number;
}

function timeOf({ status, durationMs }: HookExecution): Timed {
  return {
    succeeded: status === "completed",
    timedOut: status === "timeout",
    seconds: durationMs / 1000,
  };
}

function statisticsOf(counted: readonly Timed[]): Statistics {
  const seconds = counted.map((one) => one.seconds).sort((a, b) => a - b);
  const count = seconds.length;
  const success = counted.filter(({ succeeded }) => succeeded).length;
  const at = (part: number): number | null => seconds[Math.ceil(part * count) - 1] ?? null;
  return {
    count,
    success,
    failure: count - success,
    timeouts: counted.filter(({ timedOut }) => timedOut === true).length,
    meanSeconds: count === 0 ? null : seconds.reduce((sum, one) => sum + one, 0) / count,
    p50Seconds: at(0.5),
    p95Seconds: at(0.95),
    p99Seconds: at(0.99),
  };
}

function copyExecution(execution: HookExecution): HookExecution {
  const { startedAt, ...rest } = execution;
  return { ...copy(rest), startedAt: new Date(startedAt) };
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
