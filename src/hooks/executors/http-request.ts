import {
  formatDuration,
  messageOf,
  timerMs,
  type ErrorInfo,
  type FailureType,
} from "../../core/index.ts";
import { isLoopbackHost, isPrivateHost } from "./private-address.ts";

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Refuse plain http except to this machine. */
  readonly secureOnly: boolean;
  /** @default true */
  readonly followRedirects?: boolean;
  /** Whether an address, first or redirected to, may be asked. @default every one */
  readonly isAllowed?: (url: string) => boolean;
  /** Read of a response. @default 10 MiB */
  readonly bodyLimitBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type HttpResult =
  | { readonly kind: "response"; readonly response: HttpResponse }
  | { readonly kind: "failed"; readonly error: ErrorInfo; readonly timedOut: boolean }
  | { readonly kind: "cancelled" };

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What must not follow a redirect to another origin. */
const CREDENTIALS =
  /^(authorization|cookie|proxy-authorization|x-heddle-signature|x-heddle-timestamp|x-api-key)$/i;

/**
 * Sends one HTTP request and follows its redirects, except to private addresses of another origin: a service that is
 * asked for something must not be able to make the worker ask its own network. (The name is looked up before the
 * request; a server that changes its DNS answer in between is not caught.)
 */
export async function sendRequest(request: HttpRequest): Promise<HttpResult> {
  const timeout = AbortSignal.timeout(timerMs(request.timeoutMs));
  const signal = AbortSignal.any([request.signal, timeout]);
  try {
    return await follow(request, signal);
  } catch (error) {
    if (request.signal.aborted) return { kind: "cancelled" };
    if (timeout.aborted)
      return failed(
        "TimedOut",
        `${request.method} ${request.url} hit its timeout of ${formatDuration(request.timeoutMs)}.`,
        true,
      );
    return failed("HttpFailed", `${request.method} ${request.url} failed: ${reasonOf(error)}`);
  }
}

interface Hop {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function follow(request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  let hop: Hop = request;
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const { url, method, headers, body } = hop;
    const problem = whyRefused(url, request);
    if (problem !== undefined) return refused(`The request to ${url} was refused: ${problem}.`);
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const follows = request.followRedirects !== false && REDIRECTS.has(response.status);
    const location = follows ? response.headers.get("location") : null;
    if (location === null) return read(response, request);
    await response.body?.cancel();
    const next = resolveUrl(location, url);
    if (isForeign(next, url) && (await isPrivateHost(new URL(next))))
      return refused(`${url} redirects to the private address ${next}, which is refused.`);
    hop = redirected(hop, response.status, next);
  }
  return failed(
    "HttpFailed",
    `${request.url} redirected more than ${String(MAX_REDIRECTS)} times.`,
  );
}

function resolveUrl(location: string, base: string): string {
  return URL.canParse(location, base) ? new URL(location, base).href : location;
}

function isForeign(url: string, from: string): boolean {
  return URL.canParse(url) && new URL(url).origin !== new URL(from).origin;
}

function redirected(hop: Hop, status: number, url: string): Hop {
  const { body, ...rest } = hop;
  const headers = isForeign(url, hop.url) ? withoutCredentials(hop.headers) : hop.headers;
  if (becomesGet(status, hop.method)) return { ...rest, url, headers, method: "GET" };
  return { ...rest, url, headers, ...(body === undefined ? {} : { body }) };
}

function withoutCredentials(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.test(name)));
}

function whyRefused(text: string, request: HttpRequest): string | undefined {
  if (!URL.canParse(text)) return "it is not an absolute URL";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return `only http and https are spoken, not ${url.protocol}`;
  if (url.username !== "" || url.password !== "")
    return "credentials belong in a header, not in the URL";
  if (request.secureOnly && url.protocol === "http:" && !isLoopbackHost(url))
    return "plain http is allowed to this machine only, use https";
  if (request.isAllowed?.(text) === false) return "it is not in allowedHttpHookUrls";
  return undefined;
}

/** As browsers and fetch do it: 303 always asks again with GET, 301 and 302 do so for POST. */
function becomesGet(status: number, method: string): boolean {
  return (
    (status === 303 && method !== "HEAD") ||
    ((status === 301 || status === 302) && method === "POST")
  );
}

async function read(response: Response, request: HttpRequest): Promise<HttpResult> {
  const limit = request.bodyLimitBytes ?? BODY_LIMIT_BYTES;
  const chunks: Uint8Array[] = [];
  let size = 0;
  // as: the types of fetch say any for what is bytes
  const body = (response.body ?? []) as AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit)
      return failed(
        "OutputTooLarge",
        `The response of ${request.url} is larger than ${String(limit)} bytes.`,
      );
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const headers = Object.fromEntries(response.headers.entries());
  return { kind: "response", response: { status: response.status, headers, text } };
}

/** fetch says only "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && cause.errors.length > 0) return messageOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : messageOf(error);
}

/** A rule was broken, which hooks of `system.securityViolation` are told of. */
function refused(message: string): HttpResult {
  const details = { violation: "address" };
  return { kind: "failed", error: { type: "HttpFailed", message, details }, timedOut: false };
}

function failed(type: FailureType, message: string, timedOut = false): HttpResult {
  return { kind: "failed", error: { type, message }, timedOut };
}
