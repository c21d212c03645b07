/** What people read beside a key while they write it. */
export type Descriptions = Readonly<Record<string, string | DescribedMapping>>;

/** A key that holds a mapping whose own keys are described, too. */
interface DescribedMapping {
  readonly description: string;
  readonly keys: Descriptions;
}

const POLICY_KEYS: Descriptions = {
  timeout: "Longest time from start to close of one attempt.",
  scheduleToClose: "Longest time of all attempts together, the pauses between them included.",
  scheduleToStart: "Longest time until a worker takes it.",
  heartbeat: "After so long without a sign of life the attempt is lost.",
  retry: "Temporal's retry policy, with kinds of backoff and jitter.",
};

const EXECUTABLE_KEYS: Descriptions = {
  ...POLICY_KEYS,
  timeout: "Longest time of one attempt; of a step that is no activity, of its work.",
  with: "The input, as a template.",
  env: "Environment variables of a command.",
  output: "What it gives, as a template that reads the raw result as `output`.",
  taskQueue: "The workers that carry it out.",
};

export const STEP_KEYS: Descriptions = {
  ...EXECUTABLE_KEYS,
  type: "The task type, for the matchers of hooks.",
  needs: "Steps that have to be over before, with `join` saying how.",
  join: "When the needs are met: all (default), noneFailed, done, any, anyFailed, { atLeast }.",
  if: "A condition (CEL); asked once, before the step starts. False skips it.",
  foreach: "Runs the step once per item.",
  on: "Runs the step once per event that fits.",
  outputSchema: "JSON Schema that the output has to keep.",
  onError: "continue: the step stays failed, and the run goes on.",
  fallback: {
    description: "What runs instead when the step has failed.",
    keys: EXECUTABLE_KEYS,
  },
  compensate: {
    description: "What undoes the step when the run fails afterwards.",
    keys: EXECUTABLE_KEYS,
  },
  cancels: "Steps that are cancelled when this one succeeds.",
  lock: "A key: one holder at a time, across runs.",
  cache: "Keeps the result under a key, for later runs too.",
  dispatch: "local: inside the workflow task, for what is quick and may be done twice.",
};

const COORDINATION_KEYS: Descriptions = {
  model: "What makes steps begin: needs (graph_based), events (event_driven), or both (hybrid).",
  maxConcurrency: "Most steps at work at once.",
  timeout: "Longest time of the whole run.",
  failFast: "true (default): a failure cancels what else is at work in its scope.",
  maxJumps: "Most handoffs and jumps of a run.",
  fusion: "false: each local step is an activity of its own.",
};

export const PATTERN_KEYS: Descriptions = {
  heddle: "The format of this document: v1.",
  type: "What kind of coordination the pattern is.",
  parameters: "What a template asks for: JSON Schemas by name.",
  input: "JSON Schema of the run's input; checked before the run starts.",
  output: "What the whole gives, as a template; without it, the outputs of the last steps.",
  agents: "Roles by id, each bound to a handler.",
  coordination: {
    description: "How the run as a whole is driven: concurrency, timeout, what a failure does.",
    keys: COORDINATION_KEYS,
  },
  defaults: {
    description: "Timeouts and retries of steps that say nothing else.",
    keys: POLICY_KEYS,
  },
};
