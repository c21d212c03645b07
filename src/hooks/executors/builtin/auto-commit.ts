import { z } from "zod";

import { defineBuiltin } from "./builtin.ts";
import { componentOf } from "./event-facts.ts";
import { gitOrThrow, isRepository } from "./git.ts";

/** Commits what a step left in the workspace. A clean tree, and a workspace without a repository, are fine. */
export const autoCommit = defineBuiltin({
  name: "auto-commit",
  summary: "Commits what is in the workspace after a step or run.",
  points: ["step.after", "step.cleanup", "run.succeeded", "loop.iterationEnd", "fork.join"],
  options: z.strictObject({
    /** `{step}`, `{pattern}` and `{run}` stand for the firing's own. */
    message: z.string().min(1).default("{pattern}: {step}"),
    /** What is committed, as git pathspecs. */
    paths: z.array(z.string().min(1)).min(1).default(["."]),
    author: z.string().min(1).default("Heddle <heddle@localhost>"),
  }),
  async run({ event, options, context, signal }) {
    if (!(await isRepository(context, signal)))
      return { outcome: "skipped", reason: "the workspace is no git repository" };
    await gitOrThrow(context, signal, "add", "--all", "--", ...options.paths);
    const changed = await gitOrThrow(context, signal, "diff", "--cached", "--name-only");
    if (changed === "") return { outcome: "continue", message: "nothing to commit" };
    const message = options.message
      .replaceAll("{step}", componentOf(event))
      .replaceAll("{pattern}", event.run.pattern)
      .replaceAll("{run}", event.run.workflowId);
    const { name, email } = readAuthor(options.author);
    await gitOrThrow(
      context,
      signal,
      ...["-c", `user.name=${name}`, "-c", `user.email=${email}`],
      ...["commit", "--quiet", "--no-verify", "-m", message],
    );
    const commit = await gitOrThrow(context, signal, "rev-parse", "--short", "HEAD");
    const count = changed.split("\n").length;
    return { outcome: "continue", message: `committed ${count} files as ${commit}` };
  },
});

function readAuthor(author: string): { readonly name: string; readonly email: string } {
  const [, name, email] = /^(.*?)\s*<(.*)>$/.exec(author) ?? [];
  if (name === undefined || email === undefined)
    throw new Error(`author must be "Name <address>", got ${JSON.stringify(author)}`);
  return { name, email };
}
