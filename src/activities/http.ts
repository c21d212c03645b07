import { z } from "zod";

import type { JsonObject, JsonValue, Redactor } from "../core/index.ts";
import {
  parseAnswer,
  resolveSecrets,
  sendRequest,
  type HttpResponse,
} from "../hooks/executors/index.ts";
import type { HttpInput, StepResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { cancelledFailure, createFailure, fail } from "./failure.ts";
import { finishStep } from "./finish-step.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { redactorOf, withoutSecrets } from "./redaction.ts";
import { handlerContext } from "./run-context.ts";

const RequestSchema = z.object({
  url: z.string().min(1),
  method: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .optional(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  body: z.json().optional(),
});
type Request = z.infer<typeof RequestSchema>;

const DEFAULT_EXPECT = [{ from: 200, to: 399 }];
const QUOTED_CHARACTERS = 2000;
const MAX_RETRY_AFTER_MS = 3_600_000;

/** Sends a step's HTTP request; bodies are JSON both ways where the content type says so. */
export async function httpStep(input: HttpInput, deps: ActivityDeps): Promise<StepResult> {
  const parsed = RequestSchema.safeParse(input.request);
  if (!parsed.success)
    throw fail(
      "HandlerInputInvalid",
      `The http request is not valid: ${z.prettifyError(parsed.error)}`,
    );
  const context = handlerContext(deps, input);
  const request = encode(parsed.data);
  const headers = resolveSecrets(request.headers, context.secret, input.secrets ?? {});
  if (!headers.ok) throw createFailure(headers.error);
  const result = await withHeartbeat(() =>
    sendRequest({
      ...request,
      headers: headers.value,
      timeoutMs: context.timeoutMs,
      signal: context.signal,
      secureOnly: false,
    }),
  );
  if (result.kind === "cancelled") throw cancelledFailure();
  if (result.kind === "failed") throw createFailure(withoutSecrets(result.error, deps));
  const { response } = result;
  const expected = input.expect ?? DEFAULT_EXPECT;
  if (!expected.some(({ from, to }) => response.status >= from && response.status <= to))
    throw unexpectedStatus(parsed.data.url, response, redactorOf(deps));
  return finishStep(decode(response), input, deps);
}

function encode({ url, method, headers, body }: Request): {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
} {
  const given = Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  if (body === undefined) return { url, method: method?.toUpperCase() ?? "GET", headers: given };
  const isText = typeof body === "string";
  return {
    url,
    method: method?.toUpperCase() ?? "POST",
    headers: {
      "content-type": isText ? "text/plain; charset=utf-8" : "application/json",
      ...given,
    },
    body: isText ? body : JSON.stringify(body),
  };
}

function decode({ status, headers, text }: HttpResponse): JsonObject {
  return { status, headers, body: decodeBody(text, headers["content-type"] ?? "") };
}

function decodeBody(text: string, contentType: string): JsonValue {
  if (!/[/+]json\b/i.test(contentType)) return text;
  const answer = parseAnswer(text);
  return "json" in answer ? answer.json : text;
}

function unexpectedStatus(url: string, response: HttpResponse, redactor: Redactor): Error {
  const { status, headers } = response;
  const text = redactor.known(response.text);
  // A body that is cut is not JSON any more; a whole one is shown as the step's output would show it.
  const body =
    text.length > QUOTED_CHARACTERS
      ? text.slice(0, QUOTED_CHARACTERS)
      : decodeBody(text, headers["content-type"] ?? "");
  const details = { status, headers, body };
  const retryAfterMs = readRetryAfter(headers["retry-after"]);
  return createFailure(
    { type: "HttpStatus", message: `${url} answered with status ${String(status)}.`, details },
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** A server that says when to come back is asked again then, not earlier. Dates are left to the retry policy. */
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined;
  return Math.min(Number(value) * 1000, MAX_RETRY_AFTER_MS);
}
