import { isJsonArray } from "../../core/index.ts";
import type { ExecutableDocument, ForeachDocument } from "../document.ts";
import type { StepKind } from "../plan.ts";
import { kindOf } from "../document.ts";
import { bytesOf } from "../value-bytes.ts";
import { NO_COST, type Cost } from "./cost.ts";
import { exactly, type Range } from "./range.ts";

/** An event without its payloads, roughly: ids, times, options. */
export const BYTES_PER_EVENT: Range = { min: 120, max: 600 };
/** A value larger than this travels as a reference. */
const LARGEST_PAYLOAD = 64 * 1024;

/** How often something happens that only a run knows, when nothing limits it. */
export const ASSUMED_ITEMS = 100;

interface Shape {
  readonly activities?: Range;
  readonly events: Range;
  readonly tasks: Range;
  /** Payloads that it leaves in the history. */
  readonly payloads?: Range;
}

const none = exactly(0);
const ACTIVITY: Shape = {
  activities: exactly(1),
  events: exactly(3),
  tasks: { min: 0, max: 1 },
  payloads: exactly(1),
};
/** One marker; a local activity that outlasts its workflow task adds heartbeats of three events. */
const LOCAL: Shape = {
  activities: exactly(1),
  events: exactly(1),
  tasks: { min: 0, max: 1 },
  payloads: exactly(1),
};

const KINDS: Readonly<Record<StepKind, Shape>> = {
  run: ACTIVITY,
  http: ACTIVITY,
  agent: ACTIVITY,
  call: ACTIVITY,
  // Initiated, started, completed; being started and being completed each wake the run.
  pattern: { events: exactly(3), tasks: { min: 0, max: 2 }, payloads: exactly(2) },
  // A moment in the past needs no timer.
  wait: { events: { min: 0, max: 2 }, tasks: { min: 0, max: 1 } },
  // An event of the same run costs nothing; one from outside is a signal; a limit is a timer, perhaps cancelled.
  waitFor: { events: { min: 0, max: 3 }, tasks: { min: 0, max: 2 }, payloads: { min: 0, max: 1 } },
  // An update is accepted and completed; a limit is a timer, and so is a reminder.
  approval: { events: { min: 2, max: 6 }, tasks: { min: 0, max: 3 }, payloads: exactly(1) },
  emit: {
    ...ACTIVITY,
    activities: { min: 0, max: 1 },
    events: { min: 0, max: 3 },
    payloads: { min: 0, max: 1 },
  },
  set: { events: none, tasks: none },
  fail: { events: none, tasks: none },
  stop: { events: none, tasks: none },
  switch: { events: none, tasks: none },
  loop: { events: none, tasks: none },
  group: { events: none, tasks: none },
};

/** What one execution of a body costs by itself: hooks, repetition and nested steps aside. */
export function bodyCost(body: ExecutableDocument, isLocal: boolean): Cost {
  const kind = kindOf(body);
  const shape = isLocal && KINDS[kind] === ACTIVITY ? LOCAL : KINDS[kind];
  return costOf(shape, inputBytes(body));
}

/** Asking for a lock, being told that it is ours, giving it back. */
export const LOCK_COST: Cost = {
  activities: exactly(2),
  events: exactly(3),
  tasks: { min: 0, max: 3 },
  waits: exactly(1),
  bytes: { min: 3 * BYTES_PER_EVENT.min, max: 3 * BYTES_PER_EVENT.max },
};

/** Looking a result up and, when it was not there, keeping it. */
export const CACHE_COST: Cost = {
  activities: { min: 1, max: 2 },
  events: { min: 1, max: 2 },
  tasks: { min: 0, max: 2 },
  waits: exactly(0),
  bytes: { min: BYTES_PER_EVENT.min, max: 2 * (BYTES_PER_EVENT.max + LARGEST_PAYLOAD) },
};

/** A hook is an activity, or a marker when it is dispatched locally. */
export function hookCost(isLocal: boolean): Cost {
  return costOf(isLocal ? LOCAL : ACTIVITY, 500);
}

function costOf(shape: Shape, input: number): Cost {
  const { activities = none, events, tasks, payloads = none } = shape;
  const isLocal = shape === LOCAL;
  if (events.max === 0) return NO_COST;
  return {
    activities,
    events,
    tasks,
    waits: exactly(isLocal || events.min === 0 ? 0 : 1),
    bytes: {
      min: events.min * BYTES_PER_EVENT.min + (events.min === 0 ? 0 : input),
      max: events.max * BYTES_PER_EVENT.max + input + payloads.max * LARGEST_PAYLOAD,
    },
  };
}

/** What the body's own text adds to the scheduled event, before expressions are filled in. */
function inputBytes(body: ExecutableDocument): number {
  let bytes = 0;
  for (const value of [body.with, body.run, body.http, body.env, body.emit]) {
    if (value !== undefined) bytes += bytesOf(value);
  }
  return bytes;
}

/** How many items a foreach goes through. */
export function itemsOf(foreach: ForeachDocument, mostItems: number | undefined): Range {
  const { items, when } = foreach;
  if (isJsonArray(items)) return { min: when === undefined ? items.length : 0, max: items.length };
  return { min: 0, max: mostItems ?? ASSUMED_ITEMS };
}
