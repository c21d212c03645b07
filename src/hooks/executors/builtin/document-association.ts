import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { glob } from "tinyglobby";
import { z } from "zod";

import type { HookEvent } from "../../hook.ts";
import { defineBuiltin } from "./builtin.ts";
import { clip } from "./clip.ts";

/** Files read to find the best ones: a workspace may hold a whole repository. */
const MAX_FILES = 500;
const MIN_WORD = 4;

/** Finds the documents of the workspace that share words with the task, and injects them. */
export const documentAssociation = defineBuiltin({
  name: "document-association",
  summary: "Injects the documents of the workspace that fit the task best.",
  points: ["run.before", "step.validate", "step.authorize", "step.allocate", "step.before"],
  options: z.strictObject({
    paths: z.array(z.string().min(1)).min(1).default(["**/*.md"]),
    ignore: z.array(z.string().min(1)).default(["**/node_modules/**", "**/.git/**"]),
    /** Documents injected at most, the best ones. */
    limit: z.int().min(1).max(100).default(10),
    /** Characters kept of each. */
    chars: z.int().min(1).default(5000),
    strategy: z.enum(["user_message", "tool_result"]).default("user_message"),
  }),
  async run({ event, options, context, signal }) {
    const words = wordsOf(taskOf(event));
    const paths = await glob(options.paths, {
      cwd: context.cwd,
      ignore: options.ignore,
      followSymbolicLinks: false,
      signal,
    });
    const found: { readonly path: string; readonly text: string; readonly score: number }[] = [];
    for (const path of paths.toSorted().slice(0, MAX_FILES)) {
      const text = await readFile(join(context.cwd, path), { encoding: "utf8", signal });
      const score = scoreOf(words, path, text);
      if (score > 0) found.push({ path, text, score });
    }
    const best = found.toSorted((left, right) => right.score - left.score).slice(0, options.limit);
    if (best.length === 0) return { outcome: "continue", message: "no document fits" };
    return {
      outcome: "continue",
      message: `documents: ${best.map(({ path }) => path).join(", ")}`,
      inject: best.map(({ path, text }) => ({
        strategy: options.strategy,
        content: `Document ${path}:\n${clip(text, options.chars)}`,
      })),
    };
  },
});

function taskOf({ step, run }: HookEvent): string {
  return JSON.stringify([step?.name, step?.type, step?.id, step?.input ?? run.input, run.pattern]);
}

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => word.length >= MIN_WORD));
}

/** Words in common; one in the file's name counts five times. */
function scoreOf(task: ReadonlySet<string>, path: string, text: string): number {
  const inText = wordsOf(text);
  const inName = wordsOf(basename(path));
  let score = 0;
  for (const word of task) score += (inText.has(word) ? 1 : 0) + (inName.has(word) ? 5 : 0);
  return score;
}
