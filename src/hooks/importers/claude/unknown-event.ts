import { nearest } from "../../../core/index.ts";
import { CLAUDE_EVENTS, ORCHESTRATOR_PAIRS } from "./event-table.ts";

const NAMES = [...CLAUDE_EVENTS.map((event) => event.name), ...Object.keys(ORCHESTRATOR_PAIRS)];

/** What to say of an event name that nobody knows. */
export function describeUnknownEvent(name: string): {
  readonly message: string;
  readonly hint: string;
} {
  const near = nearest(name, NAMES);
  return {
    message: `Unknown event ${JSON.stringify(name)}; its hooks never run`,
    hint:
      near === undefined
        ? "See `heddle hook explain` for the names; the case of letters counts."
        : `Did you mean ${near}? The case of letters counts.`,
  };
}
