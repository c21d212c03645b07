import { existsSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../../core/index.ts";
import {
  eventKey,
  handlerKey,
  type ClaudeEntry,
  type ClaudeSettings,
} from "../../importers/claude/index.ts";
import { createClaims } from "./claims.ts";
import type { SessionPlaces } from "./setting.ts";

/** Shares events with another process that handles them too, where the configuration asks for it. */
export interface FirstWins {
  /** Those of the handlers that this process was the first to claim. */
  claim(
    entries: readonly ClaudeEntry[],
    name: string,
    event: JsonObject,
  ): Promise<readonly ClaudeEntry[]>;
  done(entry: ClaudeEntry, name: string, event: JsonObject): Promise<void>;
}

export function createFirstWins(
  settings: readonly ClaudeSettings[],
  projectDir: string,
): FirstWins | undefined {
  const integration = settings.findLast((each) => each.integration !== undefined)?.integration;
  if (integration?.isAware !== true || integration.strategy !== "first_wins") return undefined;
  const claims = createClaims(join(projectDir, ".heddle", "hook-claims"));
  return {
    async claim(entries, name, event) {
      const taken = await Promise.all(
        entries.map(async (entry) => {
          const key = claimKey(entry, name, event);
          return key === undefined || (await claims.take(key));
        }),
      );
      return entries.filter((_, at) => taken[at]);
    },
    async done(entry, name, event) {
      const key = claimKey(entry, name, event);
      if (key !== undefined) await claims.done(key);
    },
  };
}

/** Whether Claude Code runs beside us: its own sign, and the ones that older designs look for. */
export function isClaudePresent({ env, projectDir }: SessionPlaces): boolean {
  return (
    env["CLAUDECODE"] === "1" ||
    env["CLAUDE_CODE_ACTIVE"] !== undefined ||
    existsSync(join(projectDir, ".claude", ".active"))
  );
}

/** An event that says nothing of which one it is cannot be told from another: every process handles it. */
function claimKey(entry: ClaudeEntry, name: string, event: JsonObject): string | undefined {
  const key = eventKey(name, event);
  return key === undefined ? undefined : `${key}\n${handlerKey(entry.handler)}`;
}
