import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from "@temporalio/client";

import type { RunStanding } from "./activities/contract.ts";
import type { SessionGateway } from "./activities/index.ts";
import { forkOptions, readStart } from "./client/index.ts";
import { isJsonObject, type JsonObject } from "./core/index.ts";
import {
  LOCK_ID_PREFIX,
  LOCK_SIGNALS,
  LOCK_WORKFLOW,
  SESSION_ID_PREFIX,
  SESSION_RUN_CLOSED_SIGNAL,
  SESSION_WORKFLOW,
  UPDATES,
} from "./workflows/messages.ts";

/** The server's words for how a run stands; what continued as new or is paused goes on. */
const STANDINGS: Readonly<Record<string, RunStanding>> = {
  COMPLETED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
  TERMINATED: "terminated",
  TIMED_OUT: "timedOut",
};

/** Reaches session workflows over a client, starting the one that a run enters first. */
export function createSessionGateway(client: Client, taskQueue: string): SessionGateway {
  const idOf = (session: string): string => `${SESSION_ID_PREFIX}${session}`;
  return {
    join: async (session, run) => {
      const state: unknown = await client.workflow.executeUpdateWithStart<
        (start: JsonObject) => Promise<unknown>,
        unknown,
        [JsonObject]
      >(UPDATES.joinSession, {
        args: [run],
        startWorkflowOperation: new WithStartWorkflowOperation(SESSION_WORKFLOW, {
          workflowId: idOf(session),
          taskQueue,
          args: [{ session }],
          workflowIdConflictPolicy: "USE_EXISTING",
        }),
      });
      return isJsonObject(state) ? state : {};
    },
    noteClosed: async (session, run) => {
      try {
        await client.workflow.getHandle(idOf(session)).signal(SESSION_RUN_CLOSED_SIGNAL, run);
      } catch (error) {
        // A session that ended and left its runs does not care how they close.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
    lock: async (input) => {
      await client.workflow.signalWithStart(LOCK_WORKFLOW, {
        workflowId: `${LOCK_ID_PREFIX}${input.key}`,
        taskQueue,
        args: [{ key: input.key, quiesces: true }],
        signal: input.action === "acquire" ? LOCK_SIGNALS.acquire : LOCK_SIGNALS.release,
        signalArgs: [{ token: input.token, workflowId: input.workflowId }],
      });
    },
    ...reachRuns(client),
  };
}

type RunReach = Pick<SessionGateway, "isRunning" | "standing" | "fork">;

function reachRuns(client: Client): RunReach {
  return {
    isRunning: async (workflowId) => {
      try {
        const { status } = await client.workflow.getHandle(workflowId).describe();
        return status.name === "RUNNING" || status.name === "PAUSED";
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    standing: async (workflowId) => {
      try {
        const { status } = await client.workflow.getHandle(workflowId).describe();
        return STANDINGS[status.name] ?? "running";
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return "gone";
        throw error;
      }
    },
    fork: async ({ workflowId, as, version }) => {
      const started = readStart(await client.workflow.getHandle(workflowId).fetchHistory());
      const pinned = version === undefined ? {} : { version };
      try {
        await client.workflow.start(started.pattern, {
          taskQueue: started.taskQueue,
          workflowId: as,
          args: [started.input, { ...forkOptions(started.options), ...pinned }],
          workflowIdReusePolicy: "REJECT_DUPLICATE",
        });
      } catch (error) {
        // Asked before, and the answer was lost.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}
