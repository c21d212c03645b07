import { setTimeout as delay } from "node:timers/promises";

import type { Config } from "../../config.ts";
import { HeddleError } from "../../core/index.ts";
import type { PartialTarget } from "../target.ts";
import { startOwnStack, type OwnStack } from "./own-stack.ts";
import { createUndo } from "../undo.ts";
import { startWorkers } from "./workers.ts";

export interface BorrowedStack {
  readonly target: PartialTarget;
  /** Starts workers, if nobody else's are there for us. */
  serve(): Promise<void>;
  stop(): Promise<void>;
}

export interface BorrowOptions {
  readonly config: Config;
  readonly findTarget: () => Promise<PartialTarget>;
  readonly env: NodeJS.ProcessEnv;
  readonly note: (text: string) => void;
}

/** How long another command's stack may take to finish: its own run has to end first. */
const PATIENCE_MS = 10 * 60_000;

/**
 * A stack for one command: the `heddle dev` that runs, else one of our own that ends with the command. Commands that want one at
 * the same time take turns, because one folder has one stack.
 */
export async function borrowStack(options: BorrowOptions): Promise<BorrowedStack> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    const target = await options.findTarget();
    if (target.isServed) {
      const nothing = (): Promise<void> => Promise.resolve();
      return { target, serve: nothing, stop: nothing };
    }
    try {
      return await startForOne(options);
    } catch (thrown) {
      const isTaken = thrown instanceof HeddleError && thrown.code === "STACK_RUNNING";
      if (!isTaken || Date.now() > deadline) throw thrown;
      if (isFirst) options.note(`${thrown.message}: waiting for it`);
      await delay(300);
    }
  }
}

async function startForOne({ config, env, note }: BorrowOptions): Promise<BorrowedStack> {
  const onLost = (error: Error): void => {
    note(error.message); // what needs it fails by itself
  };
  const stack: OwnStack = await startOwnStack({ config, report: note, onServerLost: onLost });
  const undo = createUndo();
  undo.add(stack.stop);
  return {
    target: { ...stack.target, isServed: true },
    async serve() {
      const { target } = stack;
      const workers = await startWorkers({
        ...{ config, target, env, note },
        logLevel: "warn",
        isWatched: true,
      });
      undo.add(workers.stop);
    },
    stop: () => undo.all(),
  };
}
