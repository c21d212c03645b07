import { isAbsolute, resolve } from "node:path";

import { z } from "zod";

import { isJsonObject, type JsonObject } from "../../../core/index.ts";
import { splitShellCommands } from "../../importers/claude/shell-commands.ts";
import type { HandlerContext } from "../context.ts";
import { defineBuiltin } from "./builtin.ts";
import { followLinks, isWithin } from "./files.ts";
import { fits } from "./fits.ts";

const PermissionOptions = z.strictObject({
  /** Folders that may be written to; relative ones lie in the workspace. */
  writable: z.array(z.string().min(1)).default(["."]),
  /** Folders that may only be read, besides the writable ones. */
  readable: z.array(z.string().min(1)).default([]),
  /** Matchers of tools by what they do with the paths in their input. */
  writeTools: z.string().min(1).default("*Write*|*Edit*|*write*|*edit*|*create*|*delete*|*move*"),
  readTools: z.string().min(1).default("*Read*|*read*|*list*|Glob|Grep|*search*"),
  /** Whether a shell command may contain `$(...)`, backticks and variables, which hide what it touches. */
  allowSubstitution: z.boolean().default(false),
});
type Options = z.output<typeof PermissionOptions>;

const PATH_KEYS = ["path", "file_path", "filePath", "file", "directory", "target", "destination"];

/**
 * Refuses tools that would write or read outside the folders they may. A shell command is judged by the paths it names:
 * a fence for honest mistakes, not a sandbox.
 */
export const permission = defineBuiltin({
  name: "permission",
  summary: "Refuses tools that touch files outside the folders that they may read and write.",
  points: ["step.validate", "step.authorize", "step.before"],
  options: PermissionOptions,
  async run({ event, options, context }) {
    const { step } = event;
    if (step === undefined || !isJsonObject(step.input)) return { outcome: "continue" };
    const roots = {
      writable: await foldersOf(options.writable, context),
      readable: await foldersOf([...options.writable, ...options.readable], context),
    };
    for (const access of accessesOf(step.tool, step.input, options)) {
      if ("refused" in access) return { outcome: "cancel", reason: access.refused };
      const path = await followLinks(resolve(context.cwd, access.path));
      const allowed = access.writes ? roots.writable : roots.readable;
      if (allowed.some((root) => isWithin(root, path))) continue;
      const what = access.writes ? "written to" : "read";
      return {
        outcome: "cancel",
        reason: `${step.tool}: ${access.path} must not be ${what}; allowed are ${allowed.join(", ")}.`,
      };
    }
    return { outcome: "continue" };
  },
});

type Access = { readonly path: string; readonly writes: boolean } | { readonly refused: string };

function* accessesOf(tool: string, input: JsonObject, options: Options): Generator<Access> {
  const { cwd, command } = input;
  if (typeof cwd === "string") yield { path: cwd, writes: false };
  const writes = fits(options.writeTools, tool);
  if (writes || fits(options.readTools, tool))
    for (const key of PATH_KEYS) {
      const path = input[key];
      if (typeof path === "string") yield { path, writes };
    }
  if (typeof command === "string") yield* accessesOfCommand(command, options);
  if (Array.isArray(command))
    for (const word of command.slice(1))
      if (typeof word === "string" && looksLikePath(word)) yield { path: word, writes: false };
}

function* accessesOfCommand(line: string, options: Options): Generator<Access> {
  const { commands, isDynamic, isBroken } = splitShellCommands(line);
  if (isBroken) yield { refused: `The command cannot be read: ${JSON.stringify(line)}` };
  if (isDynamic && !options.allowSubstitution)
    yield {
      refused: `The command hides what it runs in a substitution or variable: ${JSON.stringify(line)}`,
    };
  for (const command of commands) {
    for (const [, target = ""] of command.matchAll(/>{1,2}\s*([^\s>|;&]+)/g))
      if (!/^&\d/.test(target) && target !== "/dev/null")
        yield { path: unquote(target), writes: true };
    const [program = "", ...words] = command.replace(/\d?>{1,2}\s*[^\s>|;&]+/g, "").split(/\s+/);
    const isWriter = WRITERS.has(program);
    for (const word of words.map(unquote))
      if (looksLikePath(word)) yield { path: word, writes: isWriter };
  }
}

/** Programs whose arguments are written to or taken away. */
const WRITERS = new Set([
  "rm",
  "mv",
  "cp",
  "tee",
  "touch",
  "mkdir",
  "rmdir",
  "truncate",
  "install",
  "ln",
  "dd",
]);

function looksLikePath(word: string): boolean {
  return word !== "/dev/null" && (isAbsolute(word) || /(^|\/)\.\.(\/|$)/.test(word));
}

function unquote(word: string): string {
  return word.replace(/^(["'])(.*)\1$/, "$2");
}

async function foldersOf(
  names: readonly string[],
  context: HandlerContext,
): Promise<readonly string[]> {
  return Promise.all(names.map((name) => followLinks(resolve(context.cwd, name))));
}
