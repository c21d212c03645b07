export { EXPORT_TARGETS, exportHooks, type ExportedHooks, type ExportTarget } from "./export.ts";
export { judgeInjection, readInjection, type PendingInjection } from "./injection.ts";
export {
  AGENT_PROGRAMS,
  fromDecision,
  refuseUnasked,
  toClaudeEvent,
  type AgentProgram,
} from "./relay.ts";
