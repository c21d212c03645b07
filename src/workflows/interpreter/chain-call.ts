import type { ChainInput, ChainMember } from "../../activities/contract.ts";
import { defined } from "../../core/index.ts";
import { narrowScope, type Template } from "../../expressions/index.ts";
import { inputTemplates, type ActivityBody } from "../../patterns/plan-input.ts";
import type { ActivityPolicy, Body, Plan } from "../../patterns/plan.ts";
import type { RunContext } from "./context.ts";
import type { ActivityCall } from "./effects.ts";
import { scopeFor, type Environment } from "./environment.ts";
import type { Node } from "./node.ts";
import { isLarge, STORE_POLICY } from "./spill.ts";
import { toJson } from "./to-json.ts";

/** More than the activity ever takes of its own accord: what it runs has limits of its own. */
const SPARE_MS = 60_000;

/**
 * The activity that carries out a chain; nothing where its members need the ordinary way.
 * @param attempts that the first member has behind it
 */
export function describeChain(
  ctx: RunContext,
  env: Environment,
  nodes: readonly Node[],
  attempts = 0,
): ActivityCall | undefined {
  const members: ChainMember[] = [];
  const templates: Template[] = [];
  for (const [at, node] of nodes.entries()) {
    const member = describeMember(ctx.plan, node, env.path, at === 0 ? attempts : undefined);
    if (member === undefined) return undefined;
    members.push(member);
    templates.push(...inputTemplates(member.body));
    for (const read of [member.if, member.output]) if (read !== undefined) templates.push(read);
  }
  const all: Template = { list: templates };
  const scope = narrowScope(scopeFor(ctx, all, env), all);
  const input = toJson({ run: ctx.facts, scope, members } satisfies ChainInput);
  if (isLarge(input)) return undefined;
  const longest = Math.max(...members.map(({ policy }) => policy.startToCloseMs));
  return {
    type: "chain",
    id: `chain:${members[0]?.step ?? ""}`,
    input,
    summary: nodes.map(({ step }) => step.name ?? step.id).join(" → "),
    dispatch: "local",
    policy: policyFor(longest),
  };
}

function describeMember(
  plan: Plan,
  { step }: Node,
  path: string,
  attempts: number | undefined,
): ChainMember | undefined {
  const { body, output, outputSchema } = step;
  const policy = plan.policies[step.policy];
  if (policy === undefined || !isWork(body)) return undefined;
  const handler = body.kind === "agent" ? handlerOf(plan, body.role) : undefined;
  if (body.kind === "agent" && handler === undefined) return undefined;
  return {
    step: step.id,
    body,
    policy,
    ...defined({
      handler,
      output,
      outputSchema,
      attempts,
      instance: path === "" ? undefined : path,
      if: attempts === undefined ? step.if : undefined,
    }),
  };
}

function isWork(body: Body): body is ActivityBody {
  return (
    body.kind === "run" || body.kind === "http" || body.kind === "agent" || body.kind === "call"
  );
}

function handlerOf({ roles }: Plan, role: Template): ChainMember["handler"] {
  return "lit" in role && typeof role.lit === "string" ? roles[role.lit]?.handler : undefined;
}

/** Its members retry by their own policies; the activity itself has nothing to retry. */
function policyFor(longestMs: number): ActivityPolicy {
  return {
    ...STORE_POLICY,
    startToCloseMs: longestMs + SPARE_MS,
    scheduleToCloseMs: longestMs + SPARE_MS,
    retry: { ...STORE_POLICY.retry, maximumAttempts: 1 },
  };
}
