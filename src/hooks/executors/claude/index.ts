export { executeClaudeHook } from "./execute-hook.ts";
export type { HookResult } from "./results.ts";
export {
  createClaudeSession,
  type ClaudeSession,
  type ClaudeSessionOptions,
  type FiredEvent,
} from "./session.ts";
