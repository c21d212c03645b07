import { MockActivityEnvironment } from "@temporalio/testing";
import type { Info } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { DefaultLogger } from "@temporalio/worker";

import {
  createActivities,
  type Activities,
  type ActivityDeps,
} from "../../../src/activities/index.ts";
import type { StepFacts } from "../../../src/activities/contract.ts";
import {
  commandEnvironment,
  createFunctionRegistry,
  type HandlerDefinition,
} from "../../../src/hooks/executors/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { freshFolder } from "../executors/fixtures.ts";

export interface Bench {
  readonly deps: ActivityDeps;
  readonly activities: Activities;
  readonly warnings: string[];
}

/** Activities on a registry in memory. */
export async function createBench(
  more: Partial<ActivityDeps> = {},
  definitions: readonly HandlerDefinition[] = [],
): Promise<Bench> {
  const warnings: string[] = [];
  const deps: ActivityDeps = {
    registry: createMemoryRegistry(),
    functions: await createFunctionRegistry({ definitions, importModule: (path) => import(path) }),
    settings: {
      dataDir: freshFolder(),
      env: commandEnvironment(process.env),
      secret: () => undefined,
    },
    knowsSearchAttributes: () => Promise.resolve(true),
    log: { warn: (_, message) => warnings.push(message) },
    ...more,
  };
  return { deps, activities: createActivities(deps), warnings };
}

export function activityContext(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(
    { startToCloseTimeoutMs: 20_000, heartbeatTimeoutMs: 10_000, ...info },
    { logger: new DefaultLogger("ERROR") },
  );
}

type Input<Name extends keyof Activities> = Parameters<Activities[Name]>[0];
type Output<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>;

export function runIn<Name extends keyof Activities>(
  context: MockActivityEnvironment,
  activities: Activities,
  name: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  const activity = activities[name] as (input: Input<Name>) => Promise<Output<Name>>;
  return context.run(activity, input);
}

/** One call in an activity context of its own. */
export function call<Name extends keyof Activities>(
  activities: Activities,
  name: Name,
  input: Input<Name>,
  info: Partial<Info> = {},
): Promise<Output<Name>> {
  return runIn(activityContext(info), activities, name, input);
}

export function stepFacts(more: Partial<StepFacts> = {}): StepFacts {
  const workspace = freshFolder();
  return {
    run: { version: "1.0.0", workspace, outputDir: workspace },
    step: "work",
    ...more,
  };
}

/** The failure that an activity ended with; a success is the test's failure. */
export async function failureOf(ending: Promise<unknown>): Promise<ApplicationFailure> {
  const thrown: unknown = await ending.then(
    (value) => {
      throw new Error(`expected a failure, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
  if (!(thrown instanceof ApplicationFailure)) throw thrown;
  return thrown;
}
