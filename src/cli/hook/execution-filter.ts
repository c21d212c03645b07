import type { Command } from "commander";
import { Option } from "commander";

import { defined } from "../../core/index.ts";
import type { ExecutionFilter } from "../../registry/index.ts";
import { canonicalPoint } from "./read-registrations.ts";
import { readInteger, readMoment } from "./values.ts";

/** Flags that choose recorded executions. */
export interface ExecutionFlags {
  readonly hook?: string;
  readonly point?: string;
  readonly step?: string;
  readonly status?: "completed" | "failed" | "timeout" | "skipped";
  readonly run?: string;
  readonly session?: string;
  readonly correlation?: string;
  readonly tag?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly oldest?: boolean;
}

export function addExecutionOptions(command: Command, limit: string): Command {
  return command
    .option("--hook <name>", "only this hook")
    .option("--point <point>", "only at this point, or what this alias stands for")
    .option("--step <id>", "only about this step")
    .addOption(
      new Option("--status <status>", "only with this status").choices([
        "completed",
        "failed",
        "timeout",
        "skipped",
      ]),
    )
    .option("--run <workflow-id>", "only of this run")
    .option("--session <session>", "only of this session")
    .option("--correlation <id>", "only what belongs to this; oldest first")
    .option("--tag <tag>", "only hooks with this tag")
    .option("--since <moment>", "only started since: a date, or so long ago as 2h")
    .option("--until <moment>", "only started before")
    .option("--limit <number>", "at most so many", limit)
    .option("--oldest", "the oldest first");
}

export function executionFilter(flags: ExecutionFlags, now: Date): ExecutionFilter {
  const { hook, point, step, status, run, session, correlation, tag, since, until } = flags;
  // What belongs together is read as it happened.
  const isOldestFirst = flags.oldest === true || correlation !== undefined;
  return {
    ...defined({ hook, step, status, session, correlation, tag }),
    ...(point === undefined ? {} : { point: canonicalPoint(point) }),
    ...(run === undefined ? {} : { workflowId: run }),
    ...(since === undefined ? {} : { since: readMoment("--since", since, now) }),
    ...(until === undefined ? {} : { until: readMoment("--until", until, now) }),
    limit: readInteger("--limit", flags.limit, 1),
    order: isOldestFirst ? "oldest" : "newest",
  };
}
