import { defineHandler } from "../src/hooks/executors/index.ts";
import { z } from "zod";

/** The work of every benchmark step: none. What is measured is what surrounds it. */
export const noop = defineHandler("noop", { input: z.unknown(), output: z.null() }, () => null);

export const noopHook = defineHandler(
  "noop-hook",
  { input: z.unknown(), output: z.object({ outcome: z.literal("continue") }) },
  () => ({ outcome: "continue" as const }),
);
