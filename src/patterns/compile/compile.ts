import { defined } from "../../core/index.ts";
import { normalizeHandler, type HandlerRegistration } from "../../hooks/index.ts";
import type { PatternDocument, TriggerDocument } from "../document.ts";
import type { Plan, PlanRole, PlanTrigger } from "../plan.ts";
import type { Model } from "../verify/model/model.ts";
import { compileHooks } from "./hooks.ts";
import { createPolicyTable, toMs } from "./policies.ts";
import { compileSteps } from "./steps.ts";
import { condition, template } from "./templates.ts";

const DEFAULT_MAX_CONCURRENCY = 500;
const DEFAULT_MAX_JUMPS = 16;
const REVISION = 3;

/**
 * Compiles a verified document: plain JSON, defaults settled, steps in topological order.
 * @param digest - sha256 of the canonical definition
 * @throws HeddleError `PATTERN_INVALID` for a document that the verifier would have refused
 */
export function compilePlan(model: Model, digest: string): Plan {
  const { document } = model;
  const { coordination = {} } = document;
  const policies = createPolicyTable(document.defaults);
  const steps = compileSteps(model, policies);
  return defined({
    format: 1 as const,
    revision: REVISION,
    name: document.name,
    version: document.version,
    digest,
    type: document.type ?? "custom",
    description: document.description,
    model: coordination.model ?? "graph_based",
    maxConcurrency: coordination.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    failFast: coordination.failFast ?? true,
    maxJumps: coordination.maxJumps ?? DEFAULT_MAX_JUMPS,
    timeoutMs: toMs(coordination.timeout),
    input: document.input,
    output: document.output === undefined ? undefined : template(document.output),
    policies: policies.policies,
    roles: compileRoles(document),
    steps,
    hooks: compileHooks(model),
    triggers: document.triggers?.map(compileTrigger),
  });
}

function compileRoles(document: PatternDocument): Readonly<Record<string, PlanRole>> {
  const roles = Object.entries(document.agents ?? {}).map(([id, role]) => {
    const { min = 1, max } = role.instances ?? {};
    return [
      id,
      defined({
        id,
        handler: normalizeHandler(role.handler as HandlerRegistration), // as: the schema has accepted it
        capabilities: role.capabilities ?? [],
        instances: defined({ min, max }),
        taskQueue: role.taskQueue,
      }),
    ] as const;
  });
  return Object.fromEntries(roles);
}

function compileTrigger({ event, match, input }: TriggerDocument): PlanTrigger {
  return defined({
    event,
    match: match === undefined ? undefined : condition(match),
    input: input === undefined ? undefined : template(input),
  });
}
