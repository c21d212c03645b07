import { z } from "zod";

import type { JsonObject } from "../../../core/index.ts";

const PermissionDecision = z.enum(["allow", "deny", "ask", "defer"]);

const SpecificSchema = z.looseObject({
  hookEventName: z.string().optional(),
  additionalContext: z.string().optional(),
  permissionDecision: PermissionDecision.optional(),
  permissionDecisionReason: z.string().optional(),
  updatedInput: z.record(z.string(), z.json()).optional(),
  updatedToolOutput: z.json().optional(),
  updatedMCPToolOutput: z.json().optional(),
  decision: z
    .looseObject({
      behavior: z.enum(["allow", "deny"]),
      updatedInput: z.record(z.string(), z.json()).optional(),
      message: z.string().optional(),
      interrupt: z.boolean().optional(),
    })
    .optional(),
  retry: z.boolean().optional(),
  action: z.enum(["accept", "decline", "cancel"]).optional(),
  content: z.record(z.string(), z.json()).optional(),
  worktreePath: z.string().optional(),
});

/** The fields of a JSON answer that mean something. Unknown keys are harmless: some hooks echo the whole event. */
const AnswerSchema = z.looseObject({
  continue: z.boolean().optional(),
  stopReason: z.string().optional(),
  suppressOutput: z.boolean().optional(),
  systemMessage: z.string().optional(),
  terminalSequence: z.string().optional(),
  decision: z.enum(["approve", "block"]).optional(),
  reason: z.string().optional(),
  hookSpecificOutput: SpecificSchema.optional(),
});

export type ClaudeAnswer = z.infer<typeof AnswerSchema>;
export type ClaudeSpecific = z.infer<typeof SpecificSchema>;

/** What stdout was. */
export type ClaudeOutput =
  | { readonly kind: "nothing" }
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "json"; readonly answer: ClaudeAnswer; readonly raw: JsonObject }
  /** Meant as JSON and unreadable, or a known key with a wrong type. */
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Reads stdout: what begins with `{` and ends with `}` is JSON, everything else (a list, a quoted string) is text.
 */
export function readClaudeOutput(stdout: string): ClaudeOutput {
  const text = stdout.trim();
  if (text === "") return { kind: "nothing" };
  if (!text.startsWith("{") || !text.endsWith("}")) return { kind: "plain", text };
  let raw: JsonObject;
  try {
    raw = JSON.parse(text) as JsonObject; // as: JSON that begins with a brace is an object
  } catch {
    return { kind: "invalid", message: "the output looks like JSON and is none" };
  }
  const parsed = AnswerSchema.safeParse(raw);
  if (parsed.success) return { kind: "json", answer: parsed.data, raw };
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  return { kind: "invalid", message: `the output's ${path}: ${issue?.message ?? "invalid"}` };
}
