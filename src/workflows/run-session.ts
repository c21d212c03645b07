import { createCanceller } from "./interpreter/canceller.ts";
import { haltRun, type RunContext } from "./interpreter/context.ts";
import type { Subject } from "./interpreter/ports.ts";
import { STORE_POLICY } from "./interpreter/spill.ts";
import { toJson } from "./interpreter/to-json.ts";
import { watches } from "./interpreter/watches.ts";
import type { SessionNoteInput } from "../activities/contract.ts";
import { isJsonObject, type JsonValue } from "../core/index.ts";
import { WRITTEN_BY } from "./session-state.ts";

/** Enters the run into its session, if it has one, and reads the session's shared state. */
export async function joinSession(ctx: RunContext): Promise<void> {
  const { session } = ctx.facts;
  if (session === undefined) return;
  const { workflowId, firstRunId } = ctx.identity;
  const state = await tell(ctx, "join", {
    session,
    note: {
      kind: "runStarted",
      workflowId,
      runId: firstRunId,
      pattern: ctx.plan.name,
      version: ctx.plan.version,
    },
  });
  const marked = isJsonObject(state) && WRITTEN_BY in state;
  ctx.session = { id: session, state: marked ? await migrate(ctx, session, state) : state };
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

/** Hooks of `state.migration` may rewrite what an older version of the pattern left, before the run sees it. */
async function migrate(ctx: RunContext, session: string, given: JsonValue): Promise<JsonValue> {
  if (!isJsonObject(given) || typeof given[WRITTEN_BY] !== "string") return given;
  const { [WRITTEN_BY]: from, ...state } = given;
  if (!watches(ctx, "state.migration")) return state;
  const data = { session, pattern: ctx.plan.name, from, to: ctx.plan.version };
  const describe = (): Subject => ({ key: "", data, input: state, attempt: 1 });
  const result = await ctx.ports.fire(ctx, "state.migration", undefined, describe, ctx.root);
  if (result?.failure?.status === "failed")
    haltRun(ctx, { kind: "failed", error: result.failure.error });
  if (result === undefined || !isJsonObject(result.input) || result.input === state) return state;
  const { workflowId } = ctx.identity;
  const migrated = result.input;
  await tell(ctx, "migrate", {
    session,
    note: { kind: "stateMigrated", workflowId, state: migrated },
  });
  return migrated;
}
