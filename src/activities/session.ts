import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { digestOf, type JsonObject } from "../core/index.ts";
import { enabledFlags, withFlags } from "../hooks/index.ts";
import type { Plan } from "../patterns/plan.ts";
import type {
  LoadedSession,
  LoadSessionInput,
  SaveCheckpointInput,
  SessionNoteInput,
} from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { fail } from "./failure.ts";
import { fileHooks } from "./file-hooks.ts";
import type { HookMatcher } from "./hook-table.ts";
import { folderName } from "./workspace.ts";

/** Checkpoints that a session gets back from its earlier lives. */
const LOADED_CHECKPOINTS = 20;

/** Tells a session of a run's start or end. A start wakes the session, or begins it, and gives its shared state. */
export async function sessionNote(
  { session, note }: SessionNoteInput,
  { sessions }: ActivityDeps,
): Promise<JsonObject> {
  if (sessions === undefined)
    throw fail(
      "Internal",
      `This worker has no client to reach the session ${JSON.stringify(session)}.`,
    );
  const { kind, ...run } = note;
  if (kind === "runStarted") return sessions.join(session, run);
  // A run that goes on leaves its state the way one does that closes.
  await sessions.noteClosed(
    session,
    kind === "stateMigrated" ? { ...run, status: "running" } : run,
  );
  return {};
}

/** What a session begins with: hooks that are registered for everybody, and its earlier checkpoints. */
export async function loadSession(
  { session }: LoadSessionInput,
  deps: ActivityDeps,
  match: HookMatcher,
): Promise<LoadedSession> {
  const [registered, checkpoints, searchAttributes] = await Promise.all([
    deps.registry.listHooks({ enabled: true }),
    deps.registry.listCheckpoints(session, LOADED_CHECKPOINTS),
    deps.knowsSearchAttributes(),
  ]);
  const workspace = join(resolve(deps.settings.dataDir), "sessions", folderName(session));
  const outputDir = join(workspace, "output");
  await mkdir(outputDir, { recursive: true });
  const { hooks } = await fileHooks(workspace, deps, true);
  const flags = enabledFlags(deps.settings.flags);
  return {
    loaded: {
      plan: SESSION_PLAN,
      hooks: match(SESSION_PLAN, withFlags([...hooks, ...registered], flags)),
      facts: { version: SESSION_PLAN.version, session, workspace, outputDir },
      options: { session },
      searchAttributes,
    },
    // as: nothing but saveCheckpoint writes them
    checkpoints: checkpoints as unknown as LoadedSession["checkpoints"],
  };
}

export async function saveCheckpoint(
  { session, checkpoint }: SaveCheckpointInput,
  deps: ActivityDeps,
): Promise<null> {
  // as: a checkpoint is plain JSON, which its interface cannot say
  const content = checkpoint as unknown as JsonObject;
  await deps.registry.saveCheckpoint(session, checkpoint.number, content);
  return null;
}

/** A plan without steps: as far as hooks are concerned a session is a run without a graph. */
const SESSION_PLAN: Plan = {
  format: 1,
  revision: 3,
  name: "heddleSession",
  version: "1.0.0",
  digest: digestOf("heddleSession@1.0.0"),
  type: "custom",
  model: "graph_based",
  maxConcurrency: 1,
  failFast: true,
  maxJumps: 0,
  policies: [],
  roles: {},
  steps: [],
  hooks: [],
};
