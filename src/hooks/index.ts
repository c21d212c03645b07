export type { CommandHandler, CompositeHandler, Handler, HttpHandler } from "./handler.ts";
export type { Hook, HookEvent, HookMatch, HookStep, HookTable, RetryPolicy } from "./hook.ts";
export {
  OUTCOME_KINDS,
  type Decision,
  type ForkOperation,
  type Injection,
  type Outcome,
  type OutcomeExtras,
  type OutcomeKind,
} from "./outcome.ts";
