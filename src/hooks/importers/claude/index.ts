export type { HandlerEnding } from "./ending.ts";
export {
  findClaudeEvent,
  namesOfMoment,
  ORCHESTRATOR_PAIRS,
  type ClaudeEvent,
} from "./event-table.ts";
export {
  describeHandler,
  handlerKey,
  isBackground,
  type ClaudeCommandHandler,
  type ClaudeHandler,
  type ClaudeHttpHandler,
  type ClaudeMcpHandler,
  type ClaudePromptHandler,
} from "./handler.ts";
export { entryOfHook, settingsOf } from "./hook-entry.ts";
export { eventKey, readIntegration } from "./integration.ts";
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
export { claudeEventOf, claudeStdin, type StdinPlaces } from "./stdin.ts";
export { toOutcome } from "./to-outcome.ts";
export { DEFAULT_ROLE, httpRulesOf, integrationOf, toRegistrations } from "./to-registrations.ts";
export { judgeEnding, type ClaudeOutcome, type Verdict } from "./verdict.ts";
