import { createHmac, timingSafeEqual } from "node:crypto";

const SIGNATURE_HEADER = "x-heddle-signature";
const TIMESTAMP_HEADER = "x-heddle-timestamp";
/** A request older than this may be one that somebody recorded. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * The headers that sign a body: when it was sent, in seconds since the epoch, and
 * `sha256=<hex of HMAC-SHA256(secret, "<timestamp>.<body>")>`.
 */
export function signatureHeaders(
  secret: string,
  body: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: sign(secret, timestamp, body) };
}

export interface SignedRequest {
  /** As Node gives them: names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it came, before anybody parsed it. */
  readonly body: string;
  readonly secret: string;
  /** How old a request may be. @default 5 minutes */
  readonly toleranceMs?: number;
}

/**
 * For receivers of signed hooks: whether a request was sent by somebody who knows the secret, just now, and arrived as it
 * was sent. Compares in constant time.
 */
export function verifyHookRequest({ headers, body, secret, toleranceMs }: SignedRequest): boolean {
  const [timestamp, signature] = [headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER]];
  if (typeof timestamp !== "string" || typeof signature !== "string") return false;
  const age = Math.abs(Date.now() - Number(timestamp) * 1000);
  if (!(age <= (toleranceMs ?? TOLERANCE_MS))) return false;
  const expected = Buffer.from(sign(secret, timestamp, body));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function sign(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}
