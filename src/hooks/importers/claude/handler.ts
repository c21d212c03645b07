import { z } from "zod";

/** Seconds. Longer than a day is a mistake somebody should hear of, not a timer. */
const TimeoutSchema = z.number().positive();

const common = {
  if: z.string().optional(),
  timeout: TimeoutSchema.optional(),
  statusMessage: z.string().optional(),
  once: z.boolean().optional(),
  onFailure: z.enum(["continue", "block"]).optional(),
  /** Ours: switches one hook off. */
  enabled: z.boolean().optional(),
};

const CommandSchema = z.looseObject({
  ...common,
  type: z.literal("command"),
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  async: z.boolean().optional(),
  asyncRewake: z.boolean().optional(),
  shell: z.enum(["bash", "powershell", "sh"]).optional(),
});

const HttpSchema = z.looseObject({
  ...common,
  type: z.literal("http"),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  allowedEnvVars: z.array(z.string()).optional(),
});

const McpToolSchema = z.looseObject({
  ...common,
  type: z.literal("mcp_tool"),
  server: z.string().min(1),
  tool: z.string().min(1),
  input: z.record(z.string(), z.json()).optional(),
});

const PromptSchema = z.looseObject({
  ...common,
  type: z.enum(["prompt", "agent"]),
  prompt: z.string().min(1),
  model: z.string().optional(),
  continueOnBlock: z.boolean().optional(),
  /** Ours: which role of a pattern answers. */
  role: z.string().min(1).optional(),
});

/** A handler as settings write it. Unknown keys are tolerated: real files carry `id`, `description`, `rewakeMessage`. */
export const ClaudeHandlerSchema = z.discriminatedUnion("type", [
  CommandSchema,
  HttpSchema,
  McpToolSchema,
  PromptSchema,
]);

export type ClaudeHandler = z.infer<typeof ClaudeHandlerSchema>;
export type ClaudeCommandHandler = z.infer<typeof CommandSchema>;
export type ClaudeHttpHandler = z.infer<typeof HttpSchema>;
export type ClaudeMcpHandler = z.infer<typeof McpToolSchema>;
export type ClaudePromptHandler = z.infer<typeof PromptSchema>;

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(common),
  ...["type", "command", "args", "async", "asyncRewake", "shell"],
  ...["url", "headers", "allowedEnvVars", "server", "tool", "input", "prompt", "model"],
  "continueOnBlock",
  "role",
]);

/** Keys that no handler knows; tolerated, but perhaps misspelt. */
export function unknownHandlerKeys(handler: ClaudeHandler): readonly string[] {
  return Object.keys(handler).filter((key) => !KNOWN_KEYS.has(key));
}

/** What makes two registrations of settings files one: the same work, whatever else was written beside it. */
export function handlerKey(handler: ClaudeHandler): string {
  switch (handler.type) {
    case "command":
      return JSON.stringify(["command", handler.command, handler.args ?? null]);
    case "http":
      return JSON.stringify(["http", handler.url]);
    case "mcp_tool":
      return JSON.stringify(["mcp_tool", handler.server, handler.tool, handler.input ?? null]);
    case "prompt":
    case "agent":
      return JSON.stringify([handler.type, handler.prompt]);
  }
}

/** How people recognise a handler: its command line, address or tool. */
export function describeHandler(handler: ClaudeHandler): string {
  switch (handler.type) {
    case "command":
      return [handler.command, ...(handler.args ?? [])].join(" ");
    case "http":
      return handler.url;
    case "mcp_tool":
      return `mcp__${handler.server}__${handler.tool}`;
    case "prompt":
    case "agent":
      return `${handler.type}: ${handler.prompt}`;
  }
}

/** Whether the session goes on without waiting for it. */
export function isBackground(handler: ClaudeHandler): boolean {
  return handler.type === "command" && (handler.async === true || handler.asyncRewake === true);
}
