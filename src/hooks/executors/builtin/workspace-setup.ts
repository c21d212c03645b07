import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";

import { z } from "zod";

import { isJsonArray } from "../../../core/index.ts";
import { defineBuiltin, type BuiltinCall } from "./builtin.ts";
import { insideWorkspace, isMissing } from "./files.ts";

const WorkspaceOptions = z.strictObject({
  folders: z.array(z.string().min(1)).default([]),
  /** Path = content; a file that is there already stays as it is. */
  files: z.record(z.string().min(1), z.string()).default({}),
  /** As a hook's rollback: removes the folders it made, where they are empty. */
  undo: z.boolean().default(false),
});
type Call = BuiltinCall<z.output<typeof WorkspaceOptions>>;

/** Makes the folders and files that a run begins with. */
export const workspaceSetup = defineBuiltin({
  name: "workspace-setup",
  summary:
    "Makes folders and files in the workspace; as a rollback, removes the folders that are empty.",
  options: WorkspaceOptions,
  run: (call) => (call.options.undo ? undo(call) : setUp(call)),
});

async function setUp({ event, options, context, store }: Call) {
  const made: string[] = [];
  const makeFolder = async (path: string): Promise<void> => {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let folder = path; folder.length >= first.length; folder = dirname(folder))
      made.push(relative(context.cwd, folder));
  };
  for (const folder of options.folders) await makeFolder(await insideWorkspace(context, folder));
  for (const [name, content] of Object.entries(options.files)) {
    const file = await insideWorkspace(context, name);
    await makeFolder(dirname(file));
    await writeFile(file, content, { flag: "wx" }).catch(unlessThere);
  }
  await store.change(keyOf(event), (current) => ({
    next: [...(isJsonArray(current) ? current : []), ...made],
    result: undefined,
  }));
  return { outcome: "continue", message: `made ${made.length} folders` } as const;
}

/** Deepest first, so that a folder is empty once those in it are gone. */
async function undo({ event, context, store }: Call) {
  const made = await store.read(keyOf(event));
  const folders = (isJsonArray(made) ? made : []).filter((each) => typeof each === "string");
  let removed = 0;
  for (const folder of folders.toSorted((left, right) => right.length - left.length)) {
    const path = await insideWorkspace(context, folder);
    removed += await rmdir(path).then(
      () => 1,
      (error: unknown) => {
        if (isMissing(error) || isFull(error)) return 0;
        throw error;
      },
    );
  }
  await store.change(keyOf(event), () => ({ next: undefined, result: undefined }));
  return { outcome: "continue", message: `removed ${removed} empty folders` } as const;
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}

function isFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOTEMPTY" || error.code === "EEXIST")
  );
}

function keyOf(event: Call["event"]): string {
  return `workspace-setup:${event.run.workflowId}`;
}
