import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookStep } from "../../hook.ts";

/**
 * A step as the call of a tool that published guard scripts know: a command is Bash, a request WebFetch, a role Agent;
 * what has a name of its own (an MCP tool) keeps it.
 */
export function toolInput(step: HookStep): JsonObject {
  const { kind, input } = step;
  switch (kind) {
    case "run":
      return isJsonObject(input) ? { command: commandText(input["command"]) } : {};
    case "http":
      return isJsonObject(input) ? { url: input["url"] ?? "", prompt: textOf(input["body"]) } : {};
    case "agent":
      return {
        description: step.name ?? step.id,
        prompt:
          isJsonObject(input) && typeof input["prompt"] === "string"
            ? input["prompt"]
            : textOf(input),
        subagent_type: step.role ?? "",
      };
    default:
      return isJsonObject(input) ? input : { input };
  }
}

/** The step's input after a hook rewrote the tool's; what the tool's shape cannot say stays as it was. */
export function stepInput(step: HookStep, rewritten: JsonValue): JsonValue {
  const before = step.input;
  if (!isJsonObject(rewritten)) return rewritten;
  switch (step.kind) {
    case "run":
      return { ...plain(before), command: newCommand(before, rewritten["command"]) };
    case "http":
      return {
        ...plain(before),
        ...(rewritten["url"] === undefined ? {} : { url: rewritten["url"] }),
      };
    case "agent":
      return newPrompt(before, rewritten["prompt"]);
    default:
      return isJsonObject(before) ? rewritten : (rewritten["input"] ?? rewritten);
  }
}

/** What the tool gave, in the shape that tool has. */
export function toolResponse(step: HookStep): JsonValue {
  const output = step.output ?? null;
  if (step.kind !== "run" || !isJsonObject(output)) return output;
  return {
    stdout: output["stdout"] ?? "",
    stderr: output["stderr"] ?? "",
    interrupted: false,
    isImage: false,
  };
}

/** What a failed tool says; a command's begins with its exit code. */
export function toolError(step: HookStep): string {
  const message = textOf(step.error?.["message"]);
  const details = step.error?.["details"];
  const exitCode = isJsonObject(details) ? details["exitCode"] : undefined;
  return typeof exitCode === "number" ? `Exit code ${exitCode}\n${message}` : message;
}

/** An argv as a shell would have to read it. */
function commandText(command: JsonValue | undefined): string {
  if (!isJsonArray(command)) return textOf(command);
  return command.map((word) => quoteWord(textOf(word))).join(" ");
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argv that came back as it was shown stays an argv; new text is a shell command, as the hook wrote it. */
function newCommand(before: JsonValue, rewritten: JsonValue | undefined): JsonValue {
  const command = isJsonObject(before) ? before["command"] : undefined;
  if (rewritten === undefined || rewritten === commandText(command)) return command ?? null;
  return rewritten;
}

function newPrompt(before: JsonValue, prompt: JsonValue | undefined): JsonValue {
  if (prompt === undefined) return before;
  if (!isJsonObject(before)) return prompt;
  // A prompt that was shown as the JSON of the whole input and came back unchanged was not rewritten.
  return prompt === textOf(before) ? before : { ...before, prompt };
}

function plain(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
