import { mkdir, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";

import { digestOf } from "../core/index.ts";
import { fail } from "./failure.ts";

export interface Workspace {
  readonly workspace: string;
  readonly outputDir: string;
}

/**
 * The folder a run works in: the one it was given, or a fresh one of its own. What a run makes goes into a folder inside
 * it that is named by the workflow, since a workspace is often shared with people, child runs and other runs.
 */
export async function prepareWorkspace(options: {
  readonly given: string | undefined;
  readonly dataDir: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly resumed: boolean;
}): Promise<Workspace> {
  const { given, dataDir, workflowId, runId, resumed } = options;
  // A continued run may be on another machine than the run that made the folder.
  if (given !== undefined && !resumed) await checkGiven(given);
  const folder = folderName(workflowId);
  const workspace = given ?? join(resolve(dataDir), "runs", folder, runId);
  const outputDir = join(workspace, ".heddle", "output", folder);
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
