import { z } from "zod";

import { isJsonObject } from "../../../core/index.ts";
import { defineBuiltin, type BuiltinCall } from "./builtin.ts";
import { git, gitOrThrow, isRepository } from "./git.ts";

const GitBranchOptions = z.strictObject({
  /** The branch's name; `{pattern}` and `{run}` stand for the run's own. */
  name: z.string().min(1).default("heddle/{pattern}/{run}"),
  /** Where it begins. @default what is checked out */
  from: z.string().min(1).optional(),
  /** As a hook's rollback: goes back to where the run began, and deletes the branch. */
  undo: z.boolean().default(false),
});
type Call = BuiltinCall<z.output<typeof GitBranchOptions>>;

/** Puts the run's work on a branch of its own. A workspace without a repository is left alone. */
export const gitBranch = defineBuiltin({
  name: "git-branch",
  summary: "Creates a git branch for the run; as a rollback, goes back and deletes it.",
  options: GitBranchOptions,
  async run(call) {
    const { context, signal, options } = call;
    if (!(await isRepository(context, signal)))
      return { outcome: "skipped", reason: "the workspace is no git repository" };
    return options.undo ? goBack(call) : create(call);
  },
});

async function create({ event, options, store, context, signal }: Call) {
  const branch = options.name
    .replaceAll("{pattern}", event.run.pattern)
    .replaceAll("{run}", toRefName(event.run.workflowId));
  const before = await currentBranch({ context, signal });
  const exists = (await git(context, signal, "rev-parse", "--verify", `refs/heads/${branch}`)).ok;
  // An attempt that died after it had made the branch finds it there.
  const args = exists
    ? ["switch", branch]
    : ["switch", "-c", branch, ...(options.from === undefined ? [] : [options.from])];
  await store.change(keyOf(event), (current) => ({
    next: current ?? { before, branch, made: !exists },
    result: undefined,
  }));
  await gitOrThrow(context, signal, ...args);
  return { outcome: "continue", message: `on branch ${branch}` } as const;
}

async function goBack({ event, store, context, signal }: Call) {
  const made = await store.read(keyOf(event));
  if (!isJsonObject(made)) return { outcome: "skipped", reason: "no branch was made" } as const;
  const { before, branch } = made;
  if (typeof before !== "string" || typeof branch !== "string")
    throw new Error(`The record of the branch cannot be read: ${JSON.stringify(made)}`);
  if ((await currentBranch({ context, signal })) === branch)
    await gitOrThrow(context, signal, "switch", "--force", before);
  if (made["made"] === true) await gitOrThrow(context, signal, "branch", "-D", branch);
  await store.change(keyOf(event), () => ({ next: undefined, result: undefined }));
  return { outcome: "continue", message: `back on ${before}, deleted ${branch}` } as const;
}

/** The branch, or the commit when none is checked out. */
async function currentBranch({ context, signal }: Pick<Call, "context" | "signal">) {
  const branch = await git(context, signal, "symbolic-ref", "--short", "HEAD");
  return branch.ok ? branch.stdout : gitOrThrow(context, signal, "rev-parse", "HEAD");
}

/** Workflow ids may hold what a ref may not. */
function toRefName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
}

function keyOf(event: Call["event"]): string {
  return `git-branch:${event.run.workflowId}`;
}
