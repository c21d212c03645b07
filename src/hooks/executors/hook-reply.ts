import { isJsonObject, type ErrorInfo } from "../../core/index.ts";
import { boundOutcome } from "../bound-outcome.ts";
import type { HookEvent } from "../hook.ts";
import { parseOutcome } from "../outcome-parse.ts";
import type { Outcome } from "../outcome.ts";
import { explainFalseRefusal } from "./false-refusal.ts";
import type { HandlerReply, ProcessFacts } from "./reply.ts";

/** What a hook of the heddle protocol decided, or why no decision could be read. */
export type HookReading =
  | { readonly kind: "decided"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly timedOut: boolean }
  | { readonly kind: "cancelled" };

/** Messages and reasons stay in Temporal's history with every firing. */
const TEXT_LIMIT = 10_000;
const REFUSED = 2;

/**
 * Reads a hook's answer by the heddle protocol:
 * - a JSON object is an outcome, read strictly; anything else, or nothing, means `continue` with the text as message,
 *   except what begins like an object and is none: half a refusal must not read as a yes
 * - exit code 2 means `cancel`, with stderr as the reason
 * - every other ending is a failure, for the hook's retry policy and then its `onError`
 */
export function readHookReply(reply: HandlerReply): HookReading {
  if (reply.kind === "cancelled") return { kind: "cancelled" };
  if (reply.kind === "answered") return readAnswer(reply);
  const { process } = reply;
  if (process?.exitCode === REFUSED && !reply.timedOut && reply.error.type === "CommandFailed") {
    const broken = explainFalseRefusal(process);
    if (broken !== undefined)
      return hookFailed({ type: "CommandNotStarted", message: broken }, false);
    return { kind: "decided", outcome: { outcome: "cancel", reason: reasonOf(process) } };
  }
  return hookFailed(reply.error, reply.timedOut);
}

function readAnswer(reply: Extract<HandlerReply, { kind: "answered" }>): HookReading {
  const { answer, process } = reply;
  if ("text" in answer) return readText(answer.text);
  const { json } = answer;
  if (isJsonObject(json) || json === null || process === undefined) {
    // Only a program's stdout may be JSON by chance (`echo 5`); what a function returns is meant.
    if (typeof json === "string") return saidText(json);
    const parsed = parseOutcome(json);
    return parsed.ok
      ? { kind: "decided", outcome: parsed.value }
      : {
          kind: "failed",
          timedOut: false,
          error: {
            type: "HookOutcomeInvalid",
            message: `The hook's answer cannot be used: ${parsed.error}`,
          },
        };
  }
  return saidText(process.stdout);
}

function readText(text: string): HookReading {
  const trimmed = text.trim();
  return trimmed.startsWith("{")
    ? hookFailed(
        {
          type: "HookOutcomeInvalid",
          message: `The hook's answer cannot be used: it begins like JSON and is none: ${trimmed.slice(0, 80)}`,
        },
        false,
      )
    : saidText(text);
}

function saidText(text: string): HookReading {
  const message = text.trim().slice(0, TEXT_LIMIT);
  return {
    kind: "decided",
    outcome: message === "" ? { outcome: "continue" } : { outcome: "continue", message },
  };
}

function reasonOf(process: ProcessFacts): string {
  const said = process.stderr.trim() || process.stdout.trim();
  return said === ""
    ? "The hook refused without saying why (exit code 2)."
    : said.slice(0, TEXT_LIMIT);
}

function hookFailed(error: ErrorInfo, timedOut: boolean): HookReading {
  return { kind: "failed", error, timedOut };
}

/** What a hook decided, in a size that its run can carry. */
export function bounded(reading: HookReading, { state }: Pick<HookEvent, "state">): HookReading {
  if (reading.kind !== "decided") return reading;
  const fits = boundOutcome(reading.outcome, state);
  if (fits.ok) return { kind: "decided", outcome: fits.value };
  const message = `The hook's answer cannot be used: ${fits.error}`;
  return hookFailed({ type: "HookOutcomeInvalid", message }, false);
}

/** Timeouts and unreadable answers keep their type; everything else that keeps a hook from deciding is HookFailed. */
export function nameFailure({
  error,
  timedOut,
}: Extract<HookReading, { kind: "failed" }>): ErrorInfo {
  if (timedOut || error.type === "HookOutcomeInvalid") return error;
  const { type, message, details } = error;
  return {
    type: "HookFailed",
    message,
    details: { type, ...(details === undefined ? {} : { details }) },
  };
}
