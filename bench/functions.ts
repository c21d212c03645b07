import { defineHandler } from "../src/hooks/executors/index.ts";
import { z } from "zod";

/** The work of every benchmark step: none. What is measured is what surrounds it. */
export const noop = defineHandler("noop", { input: z.unknown(), output: z.null() }, () => null);

export const noopHook = defineHandler(
  "noop-hook",
  { input: z.unknown(), output: z.object({ outcome: z.literal("continue") }) },
  () => ({ outcome: "continue" as const }),
);

/** Takes as long as it is told to. */
export const pause = defineHandler(
  "pause",
  { input: z.object({ ms: z.number() }), output: z.null() },
  ({ ms }) =>
    new Promise<null>((resolve) => {
      setTimeout(() => {
        resolve(null);
      }, ms);
    }),
);

export const increment = defineHandler(
  "increment",
  { input: z.number(), output: z.number() },
  (n) => n + 1,
);
