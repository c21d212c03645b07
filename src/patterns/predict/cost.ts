import { exactly, oneOf, perhaps, times, type Range } from "./range.ts";

/** What something adds to a run. */
export interface Cost {
  readonly activities: Range;
  /** Events in Temporal's history, workflow tasks aside. */
  readonly events: Range;
  /** Workflow tasks that it may need for itself. */
  readonly tasks: Range;
  /** How often the run certainly has to wait for it, one after the other: each time takes a workflow task. */
  readonly waits: Range;
  readonly bytes: Range;
}

export const NO_COST: Cost = {
  activities: exactly(0),
  events: exactly(0),
  tasks: exactly(0),
  waits: exactly(0),
  bytes: exactly(0),
};

const FIELDS = ["activities", "events", "tasks", "waits", "bytes"] as const;

function combine(by: (field: (typeof FIELDS)[number]) => Range): Cost {
  return {
    activities: by("activities"),
    events: by("events"),
    tasks: by("tasks"),
    waits: by("waits"),
    bytes: by("bytes"),
  };
}

export function addCosts(costs: readonly Cost[]): Cost {
  const parts = costs.filter((cost) => cost !== NO_COST);
  const [first = NO_COST] = parts;
  return parts.length < 2 ? first : combine((field) => sumOf(parts, field));
}

function sumOf(costs: readonly Cost[], field: (typeof FIELDS)[number]): Range {
  let min = 0;
  let max = 0;
  for (const cost of costs) {
    min += cost[field].min;
    max += cost[field].max;
  }
  return { min, max };
}

export function repeat(cost: Cost, count: Range): Cost {
  return combine((field) => times(cost[field], count));
}

export function perhapsCost(cost: Cost): Cost {
  return combine((field) => perhaps(cost[field]));
}

export function oneOfCosts(costs: readonly Cost[]): Cost {
  return combine((field) => oneOf(costs.map((cost) => cost[field])));
}

/** A workflow task is scheduled, started and completed. */
export const EVENTS_PER_TASK = 3;

/** History events in all: at least with one workflow task for each wait, at most with one for each ending. */
export function eventsOf({ events, tasks, waits }: Cost): Range {
  return {
    min: events.min + Math.max(tasks.min, waits.min) * EVENTS_PER_TASK,
    max: events.max + Math.max(tasks.max, waits.min) * EVENTS_PER_TASK,
  };
}
