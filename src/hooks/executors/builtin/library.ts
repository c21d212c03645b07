import { agentSpawning } from "./agent-spawning.ts";
import { autoCommit } from "./auto-commit.ts";
import type { Builtin } from "./builtin.ts";
import { caching } from "./caching.ts";
import { checkpoint } from "./checkpoint.ts";
import { costTracking } from "./cost-tracking.ts";
import { debugging } from "./debugging.ts";
import { documentAssociation } from "./document-association.ts";
import { backgroundToolComplete, subagentComplete } from "./finished-work.ts";
import { gatedCheckpoint } from "./gated-checkpoint.ts";
import { gitBranch } from "./git-branch.ts";
import { humanInput } from "./human-input.ts";
import { logging } from "./logging.ts";
import { mediaLedger } from "./media-ledger.ts";
import { metrics } from "./metrics.ts";
import { midStreamInjection } from "./mid-stream-injection.ts";
import { permission } from "./permission.ts";
import { priorityReminder } from "./priority-reminder.ts";
import { progressNotification } from "./progress-notification.ts";
import { rateLimit } from "./rate-limit.ts";
import { retry } from "./retry.ts";
import { roundTimeout } from "./round-timeout.ts";
import { runtimeInbox } from "./runtime-inbox.ts";
import { security } from "./security.ts";
import { validation } from "./validation.ts";
import { workspaceSetup } from "./workspace-setup.ts";

/** Every hook that comes with Heddle, by name. */
export const BUILTINS: readonly Builtin[] = [
  agentSpawning,
  autoCommit,
  backgroundToolComplete,
  caching,
  checkpoint,
  costTracking,
  debugging,
  documentAssociation,
  gatedCheckpoint,
  gitBranch,
  humanInput,
  logging,
  mediaLedger,
  metrics,
  midStreamInjection,
  permission,
  priorityReminder,
  progressNotification,
  rateLimit,
  retry,
  roundTimeout,
  runtimeInbox,
  security,
  subagentComplete,
  validation,
  workspaceSetup,
];

const BY_NAME: ReadonlyMap<string, Builtin> = new Map(BUILTINS.map((each) => [each.name, each]));

export function findBuiltin(name: string): Builtin | undefined {
  return BY_NAME.get(name);
}
