import { randomUUID } from "node:crypto";

import { Client, Connection, type ConnectionLike } from "@temporalio/client";

import type { RunOptions } from "../activities/contract.ts";
import { HeddleError, messageOf, type JsonValue } from "../core/index.ts";
import { createAsk, createRunHandle, type RunHandle, type RunPlace } from "./run-handle.ts";
import { listRuns, type RunFilter, type RunSummary } from "./run-list.ts";
import { createSessionHandle, type SessionHandle } from "./session-handle.ts";
import type { ValueSource } from "./values.ts";
import { webLinkOf } from "./web-link.ts";

export interface HeddleClientOptions {
  /** An open connection; whoever opened it closes it. Wins over `address`. */
  readonly connection?: ConnectionLike;
  /** Default `localhost:7233`. */
  readonly address?: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** Where runs are started. Default `heddle`. */
  readonly taskQueue?: string;
  /** The Temporal Web UI. Default `http://localhost:8233`. */
  readonly webUrl?: string;
  /** Resolves large outputs, which travel as references: a registry. Without it references are handed out as they are. */
  readonly values?: ValueSource;
  /** How long a query or an update may take. Default 10,000. */
  readonly answerMs?: number;
}

export interface StartOptions extends RunOptions {
  /** Default: the pattern's name and a random id. */
  readonly workflowId?: string;
}

/** A pattern by name, or anything that has one: what `definePattern` returns. */
export type PatternName = string | { readonly name: string; readonly version?: string };

/** Starts runs and talks to them. Everything it does works with a plain Temporal client too. */
export interface HeddleClient {
  readonly temporal: Client;
  start<Output = JsonValue>(
    pattern: PatternName,
    input: JsonValue,
    options?: StartOptions,
  ): Promise<RunHandle<Output>>;
  /** A run that exists already. */
  run<Output = JsonValue>(workflowId: string, runId?: string): RunHandle<Output>;
  list(filter?: RunFilter): Promise<readonly RunSummary[]>;
  session(id: string): SessionHandle;
  close(): Promise<void>;
}

/** @throws HeddleError `TEMPORAL_UNAVAILABLE` when no server answers at the address */
export async function createHeddleClient(options: HeddleClientOptions = {}): Promise<HeddleClient> {
  const { namespace = "default", taskQueue = "heddle" } = options;
  const connection = options.connection ?? (await connect(options.address ?? "localhost:7233"));
  const temporal = new Client({ connection, namespace });
  const webUrl = options.webUrl ?? "http://localhost:8233";
  const place = {
    temporal,
    answerMs: options.answerMs ?? 10_000,
    values: options.values,
    urlOf: (workflowId: string, runId: string | undefined) =>
      webLinkOf({ webUrl, namespace, workflowId, ...(runId === undefined ? {} : { runId }) }),
  } satisfies Omit<RunPlace, "workflowId" | "runId">;
  return {
    temporal,
    start: (pattern, input, startOptions = {}) =>
      start({ ...place, taskQueue }, pattern, input, startOptions),
    run: (workflowId, runId) => createRunHandle({ ...place, workflowId, runId }),
    list: (filter = {}) =>
      createAsk({ ...place, workflowId: "*" })(() => listRuns(temporal, filter)),
    session: (id) => createSessionHandle(id, { ...place, taskQueue }),
    async close() {
      if (options.connection === undefined) await connection.close();
    },
  };
}

async function connect(address: string): Promise<Connection> {
  try {
    // A history holds its plan, and can be longer than the 4 MiB that are taken at once by default.
    const channelArgs = { "grpc.max_receive_message_length": -1 };
    return await Connection.connect({ address, connectTimeout: "5s", channelArgs });
  } catch (thrown) {
    throw new HeddleError(
      "TEMPORAL_UNAVAILABLE",
      `No Temporal server answers at ${address}: ${messageOf(thrown)}`,
      {
        hint: "Start everything with `heddle dev`, or point TEMPORAL_ADDRESS to a running server.",
        cause: thrown,
      },
    );
  }
}

async function start<Output>(
  place: Omit<RunPlace, "workflowId" | "runId"> & { readonly taskQueue: string },
  pattern: PatternName,
  input: JsonValue,
  { workflowId: wanted, ...runOptions }: StartOptions,
): Promise<RunHandle<Output>> {
  const name = typeof pattern === "string" ? pattern : pattern.name;
  const pinned = typeof pattern === "string" ? undefined : pattern.version;
  const options = pinned === undefined ? runOptions : { version: pinned, ...runOptions };
  const workflowId = wanted ?? `${name}-${randomUUID()}`;
  const handle = await createAsk({ ...place, workflowId })(() =>
    place.temporal.workflow.start(name, {
      taskQueue: place.taskQueue,
      workflowId,
      args: Object.keys(options).length === 0 ? [input] : [input, options],
    }),
  );
  return createRunHandle<Output>({ ...place, workflowId, runId: handle.firstExecutionRunId });
}
