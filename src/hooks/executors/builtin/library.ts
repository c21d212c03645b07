import type { Builtin } from "./builtin.ts";
import { caching } from "./caching.ts";
import { costTracking } from "./cost-tracking.ts";
import { debugging } from "./debugging.ts";
import { gatedCheckpoint } from "./gated-checkpoint.ts";
import { logging } from "./logging.ts";
import { metrics } from "./metrics.ts";
import { rateLimit } from "./rate-limit.ts";
import { retry } from "./retry.ts";
import { security } from "./security.ts";

/** Every hook that comes with Heddle, by name. */
export const BUILTINS: readonly Builtin[] = [
  caching,
  costTracking,
  debugging,
  gatedCheckpoint,
  logging,
  metrics,
  rateLimit,
  retry,
  security,
];

const BY_NAME: ReadonlyMap<string, Builtin> = new Map(BUILTINS.map((each) => [each.name, each]));

export function findBuiltin(name: string): Builtin | undefined {
  return BY_NAME.get(name);
}
