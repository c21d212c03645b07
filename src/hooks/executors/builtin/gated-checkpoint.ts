import { z } from "zod";

import { defineBuiltin } from "./builtin.ts";
import { fits } from "./fits.ts";

/** Refuses tools that must wait for a checkpoint: the gate opens when the run's state says so. */
export const gatedCheckpoint = defineBuiltin({
  name: "gated-checkpoint",
  summary: "Refuses tools whose names fit a gated pattern until the run's state opens the gate.",
  points: ["step.before", "step.authorize", "step.validate"],
  options: z.strictObject({
    /** Matchers of tool names, such as `deploy_*` or `mcp__prod__*`. */
    tools: z.array(z.string().min(1)).min(1),
    /** The key of the run's state that opens the gate when it is true. */
    openedBy: z.string().min(1).default("checkpointApproved"),
    reason: z.string().min(1).optional(),
  }),
  run({ event, options }) {
    const tool = event.step?.tool ?? "";
    if (event.state[options.openedBy] === true) return { outcome: "continue" };
    const gate = options.tools.find((pattern) => fits(pattern, tool));
    if (gate === undefined) return { outcome: "continue" };
    const reason =
      options.reason ??
      `${tool} is gated by ${JSON.stringify(gate)} until the state's ${options.openedBy} is true.`;
    return { outcome: "cancel", reason };
  },
});
