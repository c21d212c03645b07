export { describeCommandFailure } from "./command-failure.ts";
export type { CommandExited, CommandOutput, CommandResult } from "./command-result.ts";
export { runCommand, type CommandSpec } from "./command.ts";
export type { HandlerContext, HandlerFacts, HandlerLog } from "./context.ts";
export {
  defineHandler,
  type FunctionContext,
  type HandlerDefinition,
  type SchemaLike,
} from "./define-handler.ts";
export { commandEnvironment } from "./environment.ts";
export { executeHandler } from "./execute-handler.ts";
export { executeHook } from "./execute-hook.ts";
export { executeHookBatch } from "./execute-hook-batch.ts";
export {
  createFunctionRegistry,
  type FunctionRegistry,
  type ImportModule,
} from "./function-registry.ts";
export { nameFailure, readHookReply, type HookReading } from "./hook-reply.ts";
export { verifyHookRequest, type SignedRequest } from "./http-signature.ts";
export {
  sendRequest,
  type HttpRequest,
  type HttpResponse,
  type HttpResult,
} from "./http-request.ts";
export { createMcpClients, type McpServer } from "./mcp/index.ts";
export { openInjectionFile, type InjectionFile } from "./injection-file.ts";
export type { CapturedText } from "./output-capture.ts";
export { createMemoryHookStore } from "./memory-hook-store.ts";
export { parseAnswer, type HandlerAnswer, type HandlerReply, type ProcessFacts } from "./reply.ts";
export { replayHook, type Replayed, type ReplayMode } from "./replay.ts";
export { defineLazyHandler } from "./lazy-handler.ts";
export { resolveCommand } from "./resolve-command.ts";
export type { HandlerServices, PatternRequest, PatternStarter } from "./services.ts";
export { resolveSecrets } from "./secrets.ts";
export type { ShellChoice } from "./shell.ts";
export { createWarmPool } from "./warm/index.ts";
