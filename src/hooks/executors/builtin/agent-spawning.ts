import { z } from "zod";

import { defineBuiltin } from "./builtin.ts";

/** Starts patterns beside the step: agents that work on their own. They belong to the run and end with it. */
export const agentSpawning = defineBuiltin({
  name: "agent-spawning",
  summary: "Starts patterns beside a step, as children of the run.",
  points: ["step.validate", "step.authorize", "step.allocate", "step.before", "step.after"],
  options: z.strictObject({
    agents: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          /** `name` or `name@range`. */
          pattern: z.string().min(1),
          /** What it begins with. @default the step's input */
          input: z.json().optional(),
        }),
      )
      .min(1),
  }),
  run({ event, options }) {
    const given = event.step?.input ?? null;
    return {
      outcome: "fork",
      operations: options.agents.map(({ id, pattern, input }) => ({
        id,
        pattern,
        input: input === undefined ? given : input,
      })),
    };
  },
});
