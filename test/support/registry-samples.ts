/** Patterns, hooks and records in their smallest valid form, for tests that are about the registry. */
import { digestOf, type JsonObject, type JsonValue } from "../../src/core/index.ts";
import type { Hook } from "../../src/hooks/index.ts";
import type { Plan } from "../../src/patterns/plan.ts";
import type { HookExecution } from "../../src/registry/ledger.ts";
import type { ClosedRun, NewPattern } from "../../src/registry/registry.ts";

export interface PatternSample {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly status?: "draft" | "active";
  readonly sourceFile?: string;
  /** Anything that makes the content differ. */
  readonly content?: JsonValue;
}

export function samplePattern(sample: PatternSample = {}): NewPattern {
  const { name = "sample", version = "1.0.0", type = "custom", content = "as it was" } = sample;
  const definition: JsonObject = { heddle: "v1", name, version, type, steps: {}, content };
  const { tags, status, sourceFile, description } = sample;
  return {
    definition,
    plan: samplePlan({
      name,
      version,
      type,
      digest: digestOf(definition),
      ...(description === undefined ? {} : { description }),
    }),
    ...(tags === undefined ? {} : { tags }),
    ...(status === undefined ? {} : { status }),
    ...(sourceFile === undefined ? {} : { sourceFile }),
  };
}

export function samplePlan(
  plan: Pick<Plan, "name" | "version" | "type" | "digest"> & Partial<Plan>,
): Plan {
  return {
    format: 1,
    model: "graph_based",
    maxConcurrency: 100,
    failFast: true,
    maxJumps: 16,
    policies: [],
    roles: {},
    steps: [],
    hooks: [],
    ...plan,
  };
}

export function sampleHook(hook: Partial<Hook> & Pick<Hook, "name">): Hook {
  return {
    on: "step.before",
    priority: 100,
    mode: "sync",
    dispatch: "activity",
    timeoutMs: 30_000,
    retry: {
      maximumAttempts: 1,
      initialIntervalMs: 1000,
      backoffCoefficient: 2,
      maximumIntervalMs: 10_000,
    },
    onError: "open",
    alwaysRun: false,
    enabled: true,
    protocol: "heddle",
    handler: { command: ["true"] },
    source: "registry",
    ...hook,
  };
}

export function sampleExecution(
  execution: Partial<HookExecution> & Pick<HookExecution, "executionId">,
): HookExecution {
  return {
    workflowId: "wf-123",
    runId: "run-1",
    pattern: "sample",
    point: "step.before",
    hook: "guard",
    source: "pattern",
    attempt: 1,
    status: "completed",
    outcome: { outcome: "continue" },
    startedAt: new Date("2026-01-02T03:04:05.678Z"),
    durationMs: 12.5,
    ...execution,
  };
}

export function sampleRun(run: Partial<ClosedRun> & Pick<ClosedRun, "workflowId">): ClosedRun {
  return {
    runId: "run-1",
    pattern: "sample",
    version: "1.0.0",
    succeeded: true,
    seconds: 1,
    ...run,
  };
}
