import { agentSpawning } from "./agent-spawning.ts";
import { autoCommit } from "./auto-commit.ts";
import type { Builtin } from "./builtin.ts";
import { caching } from "./caching.ts";
import { checkpoint } from "./checkpoint.ts";
import { costTracking } from "./cost-tracking.ts";
import { debugging } from "./debugging.ts";
import { documentAssociation } from "./document-association.ts";
import { gatedCheckpoint } from "./gated-checkpoint.ts";
import { gitBranch } from "./git-branch.ts";
import { logging } from "./logging.ts";
import { metrics } from "./metrics.ts";
import { progressNotification } from "./progress-notification.ts";
import { rateLimit } from "./rate-limit.ts";
import { retry } from "./retry.ts";
import { security } from "./security.ts";
import { validation } from "./validation.ts";
import { workspaceSetup } from "./workspace-setup.ts";

/** Every hook that comes with Heddle, by name. */
export const BUILTINS: readonly Builtin[] = [
  agentSpawning,
  autoCommit,
  caching,
  checkpoint,
  costTracking,
  debugging,
  documentAssociation,
  gatedCheckpoint,
  gitBranch,
  logging,
  metrics,
  progressNotification,
  rateLimit,
  retry,
  security,
  validation,
  workspaceSetup,
];

const BY_NAME: ReadonlyMap<string, Builtin> = new Map(BUILTINS.map((each) => [each.name, each]));

export function findBuiltin(name: string): Builtin | undefined {
  return BY_NAME.get(name);
}
