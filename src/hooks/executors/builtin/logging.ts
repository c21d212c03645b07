import { z } from "zod";

import { describeEvent, eventFacts } from "./event-facts.ts";
import { defineBuiltin } from "./builtin.ts";
import { clip } from "./clip.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

/** Writes one line per firing to the worker's log, and into the hook's record. */
export const logging = defineBuiltin({
  name: "logging",
  summary: "Writes a line to the worker's log for each firing.",
  options: z.strictObject({
    level: z.enum(LEVELS).default("info"),
    /** Level of the points that tell of a failure. */
    errorLevel: z.enum(LEVELS).default("error"),
    /** Whether input, output and error are written, each cut to `limit` characters. */
    data: z.boolean().default(true),
    limit: z.int().min(1).default(1024),
  }),
  run({ event, options, context, now }) {
    const level = event.step?.error === undefined ? options.level : options.errorLevel;
    const loggedAt = new Date(now).toISOString();
    const message = describeEvent(event);
    const data = options.data ? cutAll(eventFacts(event), options.limit) : {};
    context.log?.[level]?.({ hook: event.hook, event: event.id, loggedAt, ...data }, message);
    return { outcome: "continue", message: `${message} logged_at=${loggedAt}` };
  },
});

function cutAll(facts: Readonly<Record<string, unknown>>, limit: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [
      key,
      clip(typeof value === "string" ? value : JSON.stringify(value), limit),
    ]),
  );
}
