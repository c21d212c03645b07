import { err, ok, type JsonValue, type Result } from "../../core/index.ts";
import type { HttpHandler } from "../handler.ts";
import type { HandlerContext } from "./context.ts";
import { signatureHeaders } from "./http-signature.ts";
import { sendRequest } from "./http-request.ts";
import { parseAnswer, type HandlerReply } from "./reply.ts";
import { resolveSecrets } from "./secrets.ts";
import { isUrlAllowed } from "./url-allow-list.ts";

/**
 * Sends the payload to an HTTP handler; a 2xx answer is its reply. With a secret the body is signed, so that the
 * receiver knows who asks, and when; see `verifyHookRequest`.
 */
export async function executeHttp(
  handler: HttpHandler,
  payload: JsonValue,
  context: HandlerContext,
): Promise<HandlerReply> {
  const startedAt = performance.now();
  const { url, method, headers, secret } = handler.http;
  const body = JSON.stringify(payload);
  const named = resolveSecrets(headers, context.secret);
  if (!named.ok) return { kind: "failed", error: named.error, timedOut: false, ms: 0 };
  const signed = signWith(secret, body, context);
  if (!signed.ok) return failed("HandlerFailed", signed.error, 0);
  const result = await sendRequest({
    url,
    method: method ?? "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...named.value,
      ...signed.value,
    },
    ...(method === "GET" || method === "HEAD" ? {} : { body }),
    timeoutMs: context.timeoutMs,
    signal: context.signal,
    secureOnly: true,
    isAllowed: (hop) => isUrlAllowed(hop, context.services?.allowedUrls),
  });
  const ms = Math.round(performance.now() - startedAt);
  if (result.kind === "cancelled") return { kind: "cancelled", ms };
  if (result.kind === "failed")
    return { kind: "failed", error: result.error, timedOut: result.timedOut, ms };
  const { status, text } = result.response;
  if (status >= 200 && status < 300) return { kind: "answered", answer: parseAnswer(text), ms };
  return failed("HttpStatus", `${url} answered with status ${String(status)}.`, ms, {
    status,
    body: text.slice(0, 2000),
  });
}

/** The signature's headers; none where no secret is named. */
function signWith(
  secret: string | undefined,
  body: string,
  context: HandlerContext,
): Result<Readonly<Record<string, string>>, string> {
  if (secret === undefined) return ok({});
  const key = context.secret(secret);
  return key === undefined
    ? err(`The secret ${JSON.stringify(secret)} is not known to this worker.`)
    : ok(signatureHeaders(key, body, Date.now()));
}

function failed(
  type: "HandlerFailed" | "HttpStatus",
  message: string,
  ms: number,
  details?: Readonly<Record<string, string | number>>,
): HandlerReply {
  const error = details === undefined ? { type, message } : { type, message, details };
  return { kind: "failed", error, timedOut: false, ms };
}
