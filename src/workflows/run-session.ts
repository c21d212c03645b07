import { createCanceller } from "./interpreter/canceller.ts";
import type { RunContext } from "./interpreter/context.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { toJson } from "./interpreter/to-json.ts";
import type { SessionNoteInput } from "../activities/contract.ts";
import type { JsonValue } from "../core/index.ts";

/** Enters the run into its session, if it has one, and reads the session's shared state. */
export async function joinSession(ctx: RunContext): Promise<void> {
  const { session } = ctx.facts;
  if (session === undefined) return;
  const { workflowId, firstRunId } = ctx.identity;
  const state = await tell(ctx, "join", {
    session,
    note: { kind: "runStarted", workflowId, runId: firstRunId, pattern: ctx.plan.name },
  });
  ctx.session = { id: session, state };
}

/** Tells the session how the run closed and what state it leaves. */
export async function leaveSession(ctx: RunContext, status: string): Promise<void> {
  const { session } = ctx.facts;
  if (session === undefined) return;
  const { workflowId } = ctx.identity;
  await tell(ctx, "leave", {
    session,
    note: { kind: "runClosed", workflowId, status, state: ctx.state },
  });
}

async function tell(ctx: RunContext, what: string, input: SessionNoteInput): Promise<JsonValue> {
  const result = await ctx.effects.activity(
    {
      type: "session",
      id: `session:${what}`,
      input: toJson(input),
      summary: `${what} session ${input.session}`,
      dispatch: "local",
      policy: STORE_POLICY,
    },
    createCanceller(),
  );
  return result as JsonValue; // as: the contract's `session` answers with the shared state
}
