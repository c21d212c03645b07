import type { RunContext } from "./context.ts";
import { failed, type Failure } from "./state.ts";

/** Why a step may not run: a tool of its is above the level that this worker's configuration allows. */
export function refusalOf({ hooks }: RunContext, step: string): Failure | undefined {
  const refusal = hooks.refused?.[step];
  if (refusal === undefined) return undefined;
  const { tool, level, allowed } = refusal;
  return failed(
    "SecurityLevelExceeded",
    `step ${step}: the tool "${tool}" is ${level}, and ${allowed} is the most that is allowed. Raise security.allowed, ` +
      "give the pattern a level under security.patterns, or use another tool.",
    { step, tool, level, allowed },
  );
}
