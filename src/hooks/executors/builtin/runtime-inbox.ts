import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { digestOf, isJsonArray, isJsonObject, type JsonValue } from "../../../core/index.ts";
import { agentOf } from "./agent-of.ts";
import { defineBuiltin } from "./builtin.ts";
import { insideWorkspace, isMissing } from "./files.ts";

/** Where a firing keeps what it took, so that another attempt of it finds the same. */
const TAKEN = ".taken";

interface Letter {
  readonly content: string;
  readonly source: string;
  readonly targets?: readonly string[];
}

/** Reads messages that programs drop as files: `{ content, source?, targets? }`, one per file, in name order. */
export const runtimeInbox = defineBuiltin({
  name: "runtime-inbox",
  summary: "Injects messages that other programs leave as files in an inbox folder.",
  points: ["step.before", "step.after"],
  options: z.strictObject({
    folder: z.string().min(1).default(".heddle/inbox"),
    /** The least time between two looks, in milliseconds. */
    everyMs: z.int().min(0).default(2000),
    strategy: z.enum(["user_message", "tool_result"]).default("user_message"),
  }),
  async run({ event, options, store, context, now }) {
    const folder = await insideWorkspace(context, options.folder);
    const taken = join(folder, TAKEN, digestOf(event.id));
    const known = await list(taken);
    if (known.length === 0) {
      const key = `runtime-inbox:${event.hook}:${event.run.workflowId}`;
      const isDue = await store.change(key, (last) => {
        const due = typeof last !== "number" || now - last >= options.everyMs;
        return { next: due ? now : last, result: due, expiresInMs: 86_400_000 };
      });
      if (!isDue) return { outcome: "skipped", reason: "the inbox was looked at just now" };
      await rm(join(folder, TAKEN), { recursive: true, force: true });
    }
    const letters = [
      ...(await readAll(taken, known)),
      ...(await takeAll(folder, taken, agentOf(event))),
    ];
    if (letters.length === 0) return { outcome: "continue" };
    return {
      outcome: "continue",
      message: `${letters.length} from the inbox`,
      inject: letters.map(({ source, content }) => ({
        content: `[${source}] ${content}`,
        strategy: options.strategy,
      })),
    };
  },
});

async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readAll(folder: string, names: readonly string[]): Promise<readonly Letter[]> {
  const letters: Letter[] = [];
  for (const name of names) {
    const letter = readLetter(await readFile(join(folder, name), "utf8"));
    if (letter !== undefined) letters.push(letter);
  }
  return letters;
}

/** Moves the agent's letters aside and removes what is none; letters for others stay. */
async function takeAll(folder: string, taken: string, agent: string): Promise<readonly Letter[]> {
  const letters: Letter[] = [];
  for (const name of await list(folder)) {
    const path = join(folder, name);
    const letter = readLetter(await readFile(path, "utf8"));
    if (letter === undefined) await rm(path, { force: true });
    else if (letter.targets === undefined || letter.targets.includes(agent)) {
      await mkdir(taken, { recursive: true });
      await rename(path, join(taken, name));
      letters.push(letter);
    }
  }
  return letters;
}

function readLetter(text: string): Letter | undefined {
  const value = parse(text);
  if (!isJsonObject(value) || typeof value["content"] !== "string") return undefined;
  const { content, source, targets } = value;
  if (content.trim() === "") return undefined;
  return {
    content,
    source: typeof source === "string" ? source : "parent",
    ...(targets !== undefined && isJsonArray(targets)
      ? { targets: targets.filter((each) => typeof each === "string") }
      : {}),
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // as: JSON.parse gives JSON values and nothing else
  } catch {
    // Half a file is no letter: the caller removes it, as it does everything that is none.
    return undefined;
  }
}
