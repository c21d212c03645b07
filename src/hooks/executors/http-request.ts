import { formatDuration, messageOf, type ErrorInfo, type FailureType } from "../../core/index.ts";
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
const CREDENTIALS = /^(authorization|cookie|proxy-authorization|x-heddle-signature|x-api-key)$/i;

/**
 * Sends one HTTP request and follows its redirects, except to private addresses of another origin: a service that is
 * asked for something must not be able to make the worker ask its own network. (The name is looked up before the
 * request; a server that changes its DNS answer in between is not caught.)
 */
export async function sendRequest(request: HttpRequest): Promise<HttpResult> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
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

async function follow(request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  let url = parseUrl(request.url);
  let { method, body } = request;
  let headers: Record<string, string> = { ...request.headers };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const problem = url === undefined ? "it is not an absolute URL" : whyRefused(url, request);
    if (url === undefined || problem !== undefined)
      return failed(
        "HttpFailed",
        `The request to ${url?.href ?? request.url} was refused: ${problem ?? ""}.`,
      );
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) return await read(response, request);
    await response.body?.cancel();
    const next = parseUrl(location, url);
    if (next !== undefined && next.origin !== url.origin) {
      if (await isPrivateHost(next))
        return failed(
          "HttpFailed",
          `${url.href} redirects to the private address ${next.href}, which is refused.`,
        );
      headers = Object.fromEntries(
        Object.entries(headers).filter(([name]) => !CREDENTIALS.test(name)),
      );
    }
    if (becomesGet(response.status, method)) [method, body] = ["GET", undefined];
    url = next;
  }
  return failed(
    "HttpFailed",
    `${request.url} redirected more than ${String(MAX_REDIRECTS)} times.`,
  );
}

function parseUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
}

function whyRefused(url: URL, request: HttpRequest): string | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return `only http and https are spoken, not ${url.protocol}`;
  if (url.username !== "" || url.password !== "")
    return "credentials belong in a header, not in the URL";
  if (request.secureOnly && url.protocol === "http:" && !isLoopbackHost(url))
    return "plain http is allowed to this machine only, use https";
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
  for await (const chunk of response.body ?? []) {
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

function failed(type: FailureType, message: string, timedOut = false): HttpResult {
  return { kind: "failed", error: { type, message }, timedOut };
}
