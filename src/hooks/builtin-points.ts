/**
 * The hooks that come with Heddle (executors/builtin), and the points they are made for; undefined: all. A table apart from
 * what runs, so that a document can be checked where nothing runs.
 */
export const BUILTIN_POINTS: ReadonlyMap<string, readonly string[] | undefined> = new Map<
  string,
  readonly string[] | undefined
>([
  [
    "agent-spawning",
    ["step.validate", "step.authorize", "step.allocate", "step.before", "step.after"],
  ],
  [
    "auto-commit",
    ["step.after", "step.cleanup", "run.succeeded", "loop.iterationEnd", "fork.join"],
  ],
  ["background-tool-complete", ["step.before", "step.after"]],
  ["caching", ["step.before", "step.after"]],
  ["checkpoint", undefined],
  ["cost-tracking", ["step.before", "step.after"]],
  ["debugging", undefined],
  [
    "document-association",
    ["run.before", "step.validate", "step.authorize", "step.allocate", "step.before"],
  ],
  ["gated-checkpoint", ["step.before", "step.authorize", "step.validate"]],
  ["git-branch", undefined],
  ["human-input", ["step.before", "step.after"]],
  ["logging", undefined],
  ["media-ledger", ["step.after"]],
  ["metrics", undefined],
  ["mid-stream-injection", ["step.after"]],
  ["permission", ["step.validate", "step.authorize", "step.before"]],
  ["priority-reminder", ["step.after"]],
  ["progress-notification", undefined],
  ["rate-limit", ["run.before", "step.validate", "step.authorize", "step.allocate", "step.before"]],
  ["retry", ["step.error", "step.timeout"]],
  ["round-timeout", ["step.before", "step.after"]],
  ["runtime-inbox", ["step.before", "step.after"]],
  ["security", undefined],
  ["subagent-complete", ["step.before", "step.after"]],
  ["validation", ["step.after", "run.succeeded"]],
  ["workspace-setup", undefined],
]);
