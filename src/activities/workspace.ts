import { mkdir, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";

import { digestOf } from "../core/index.ts";
import { fail } from "./failure.ts";

export interface Workspace {
  readonly workspace: string;
  readonly outputDir: string;
}

/** The folder a run works in: the one it was given, or a fresh one of its own. The output folder inside it is made. */
export async function prepareWorkspace(options: {
  readonly given: string | undefined;
  readonly dataDir: string;
  readonly workflowId: string;
  readonly runId: string;
}): Promise<Workspace> {
  const { given, dataDir, workflowId, runId } = options;
  if (given !== undefined) await checkGiven(given);
  const workspace = given ?? join(resolve(dataDir), "runs", folderName(workflowId), runId);
  // A given folder is shared with people and other runs, so what this run makes has its own place in it.
  const outputDir =
    given === undefined ? join(workspace, "output") : join(given, ".heddle", "output", runId);
  await mkdir(outputDir, { recursive: true });
  return { workspace, outputDir };
}

async function checkGiven(workspace: string): Promise<void> {
  if (!isAbsolute(workspace))
    throw fail(
      "OptionsInvalid",
      `The workspace must be an absolute path, got ${JSON.stringify(workspace)}.`,
    );
  const found = await stat(workspace).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw fail(
      "OptionsInvalid",
      `The workspace ${JSON.stringify(workspace)} is not a folder on this worker. Create it first.`,
    );
}

/** Workflow ids may hold any character; two ids that look alike as a folder name must not share one. */
export function folderName(workflowId: string): string {
  const safe = workflowId.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 100);
  if (safe === workflowId && !/^\.+$/.test(safe)) return safe;
  return `${safe.replace(/^\.+/, "_")}-${digestOf(workflowId).slice(0, 12)}`;
}
