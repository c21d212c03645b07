export type { HandlerEnding } from "./ending.ts";
export {
  CLAUDE_EVENTS,
  findClaudeEvent,
  namesOfMoment,
  ORCHESTRATOR_PAIRS,
  type ClaudeEvent,
} from "./event-table.ts";
export {
  describeHandler,
  isBackground,
  type ClaudeCommandHandler,
  type ClaudeHandler,
  type ClaudeHttpHandler,
} from "./handler.ts";
export { lintClaudeSettings } from "./lint.ts";
export { countRewrites, mergeVerdicts, type ClaudeDecision } from "./merge-verdicts.ts";
export { selectEntries, type SelectContext, type Selection, type TestRegex } from "./select.ts";
export {
  readClaudeSettings,
  type ClaudeEntry,
  type ClaudeSettings,
  type ConfigFile,
  type ConfigPath,
} from "./settings.ts";
export { judgeEnding, type ClaudeOutcome, type Verdict } from "./verdict.ts";
