import type { JsonValue } from "../../core/index.ts";
import type { ApprovalDecision, EventSignal } from "../messages.ts";

/**
 * What arrived from outside and who waits for it. Events are kept so that a `waitFor` which begins after its event was
 * published in this run still sees it, once per step: the instances of one step share what arrives.
 */
export interface Mailbox {
  /** Events in order of arrival. */
  readonly events: readonly EventSignal[];
  /** Notes that a waiting step took an event: in a loop it must not take the same one again. */
  take(step: string, event: EventSignal): void;
  wasTaken(step: string, event: EventSignal): boolean;
  /** The steps that took an event, for the next execution of the run. */
  takersOf(event: EventSignal): readonly string[];
  deliver(event: EventSignal): void;
  /** Calls back for every event that arrives from now on. */
  onEvent(callback: (event: EventSignal) => void): () => void;
  /** Waits for a decision on an approval id; the callback is called once. */
  onDecision(id: string, callback: (decision: ApprovalDecision) => void): () => void;
  /** True when somebody waited for this approval. */
  decide(decision: ApprovalDecision): boolean;
  waitsFor(id: string): boolean;
  /** Decisions on open questions that came while nobody was listening, as on the way to the run's next execution. */
  readonly decisions: Map<string, ApprovalDecision>;
  /** Locks that were granted, by token, and who waits for one. */
  grant(token: string): void;
  onGrant(token: string, callback: () => void): () => void;
  /** Injected content that waits for delivery. */
  readonly injections: JsonValue[];
}

/** Older events are forgotten: a run that receives more than this without reading them has no use for them. */
const KEPT_EVENTS = 1000;

export function createMailbox(): Mailbox {
  const events: EventSignal[] = [];
  const listeners = new Set<(event: EventSignal) => void>();
  const taken = new WeakMap<EventSignal, Set<string>>();
  const granted = new Set<string>();
  const grantees = new Map<string, () => void>();
  const deciders = new Map<string, (decision: ApprovalDecision) => void>();
  return {
    events,
    injections: [],
    decisions: new Map(),
    take(step, event) {
      const by = taken.get(event) ?? new Set<string>();
      taken.set(event, by.add(step));
    },
    wasTaken(step, event) {
      return taken.get(event)?.has(step) === true;
    },
    takersOf(event) {
      return [...(taken.get(event) ?? [])];
    },
    deliver(event) {
      events.push(event);
      if (events.length > KEPT_EVENTS) events.shift();
      for (const listener of [...listeners]) listener(event);
    },
    onEvent(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    onDecision(id, callback) {
      deciders.set(id, callback);
      return () => deciders.delete(id);
    },
    decide(decision) {
      const decider = deciders.get(decision.id);
      if (decider === undefined) return false;
      deciders.delete(decision.id);
      decider(decision);
      return true;
    },
    grant(token) {
      granted.add(token);
      grantees.get(token)?.();
      grantees.delete(token);
    },
    onGrant(token, callback) {
      if (granted.has(token)) {
        callback();
        return () => undefined;
      }
      grantees.set(token, callback);
      return () => grantees.delete(token);
    },
    waitsFor(id) {
      return deciders.has(id);
    },
  };
}
