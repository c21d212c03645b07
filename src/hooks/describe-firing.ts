import type { JsonValue, Redactor } from "../core/index.ts";
import { retentionPriorityOf, tagsOf } from "./hook-facts.ts";
import type { Hook, HookEvent } from "./hook.ts";

/** A hook and the event that it is asked about. */
export interface Firing {
  readonly hook: Hook;
  readonly event: HookEvent;
}

/** Under what a ledger keeps what a hook came to: once per event and hook, whoever tries it how often. */
export function executionIdOf(event: Pick<HookEvent, "id">, hook: Pick<Hook, "name">): string {
  return `${event.id}/${hook.name}`;
}

/** What the ledger knows of an execution before anything came of it. */
export interface DescribedFiring {
  readonly workflowId: string;
  readonly runId: string;
  readonly pattern: string;
  readonly point: string;
  readonly hook: string;
  readonly source: string;
  readonly attempt: number;
  readonly step?: string;
  readonly instance?: string;
  readonly session?: string;
  /** What it belongs to beyond its run: the event's own correlation, the session, or the run that all began with. */
  readonly correlation?: string;
  readonly input?: JsonValue;
  /** Of retention, 0 unless the hook's metadata says otherwise: high is kept longer. */
  readonly priority?: number;
  readonly tags?: readonly string[];
}

/** Nothing of it is computed with any more, so that whatever looks like a secret is taken out. */
export function describeFiring(
  { hook, event, run: facts }: Firing & { readonly run?: { readonly correlation?: string } },
  { attempt }: { readonly attempt: number },
  redactor: Redactor,
): DescribedFiring {
  const { step, run } = event;
  const priority = retentionPriorityOf(hook);
  const tags = tagsOf(hook);
  return {
    workflowId: run.workflowId,
    runId: run.id,
    pattern: run.pattern,
    point: event.point,
    hook: hook.name,
    source: hook.source,
    attempt,
    ...(step === undefined ? {} : { step: step.id, input: redactor.record(step.input) }),
    ...(step?.instance === undefined ? {} : { instance: step.instance }),
    ...(run.session === undefined ? {} : { session: run.session }),
    correlation: correlationOf(event) ?? facts?.correlation ?? run.session ?? run.workflowId,
    ...(priority === 0 ? {} : { priority }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** What the hook was asked, for replay. */
export function recordingOf({ hook, event }: Firing, redactor: Redactor): Firing {
  // as: hooks and events are plain JSON, and keep their fields without their secrets
  return redactor.record({ hook, event } as unknown as JsonValue) as unknown as Firing;
}

/** Events of the bus carry their own correlation. */
function correlationOf({ data }: HookEvent): string | undefined {
  const correlation = data?.["correlation"];
  return typeof correlation === "string" ? correlation : undefined;
}
