import type { Config } from "../config.ts";
import { HeddleError } from "../core/index.ts";
import type { RunningStack } from "./stack-file.ts";

/** The servers that commands talk to. */
export interface Target {
  readonly connectTo: NonNullable<Config["temporal"]["connection"]>;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly databaseUrl: string;
  readonly webUrl: string;
}

/** What is known of the servers before anybody tried to reach them: settings first, then a running dev stack. */
export interface PartialTarget {
  readonly connectTo: Target["connectTo"] | undefined;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly databaseUrl: string | undefined;
  readonly webUrl: string;
  /** These are the servers of a running dev stack: its workers serve our runs. */
  readonly isServed: boolean;
}

export function chooseTarget(config: Config, stack: RunningStack | undefined): PartialTarget {
  const { temporal, taskQueue } = config;
  const databaseUrl = config.databaseUrl ?? stack?.databaseUrl;
  return {
    ...(temporal.connection === undefined && stack !== undefined
      ? serverOfStack(config, stack)
      : {
          connectTo: temporal.connection,
          namespace: temporal.namespace,
          webUrl: config.webUrl ?? DEFAULT_WEB_URL,
        }),
    taskQueue,
    databaseUrl,
    isServed: stack !== undefined && isSame(stack, config),
  };
}

const DEFAULT_WEB_URL = "http://localhost:8233";

function serverOfStack(
  config: Config,
  stack: RunningStack,
): Pick<PartialTarget, "connectTo" | "namespace" | "webUrl"> {
  return {
    connectTo: { address: stack.temporalAddress },
    namespace: stack.namespace,
    webUrl: config.webUrl ?? stack.webUrl,
  };
}

/** What the settings name, if anything, is what the running stack uses. */
function isSame(stack: RunningStack, { temporal, databaseUrl, taskQueue }: Config): boolean {
  const address = temporal.connection?.address ?? stack.temporalAddress;
  return (
    address === stack.temporalAddress &&
    (databaseUrl ?? stack.databaseUrl) === stack.databaseUrl &&
    taskQueue === stack.taskQueue
  );
}

/** @throws HeddleError `NO_SERVER` */
export function serverOf(target: PartialTarget): Target["connectTo"] {
  if (target.connectTo !== undefined) return target.connectTo;
  throw new HeddleError(
    "NO_SERVER",
    "No Temporal server is known: TEMPORAL_ADDRESS is unset and no dev stack runs here.",
    {
      hint: NO_STACK_HINT,
    },
  );
}

/** @throws HeddleError `NO_DATABASE` */
export function databaseOf(target: PartialTarget): string {
  if (target.databaseUrl !== undefined) return target.databaseUrl;
  throw new HeddleError(
    "NO_DATABASE",
    "No database is known: DATABASE_URL is unset and no dev stack runs here.",
    {
      hint: NO_STACK_HINT,
    },
  );
}

const NO_STACK_HINT =
  "Start everything with `heddle dev` in this folder (another terminal), let `heddle run start ... --dev` start it for " +
  "one run, or set TEMPORAL_ADDRESS and DATABASE_URL.";
