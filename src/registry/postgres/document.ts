import { promisify } from "node:util";
import { constants, gunzip, gzip } from "node:zlib";
import type { ErrorInfo, JsonValue } from "../../core/index.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** JSON as it is stored: gzipped off the main thread, at the level where time weighs more than the last bytes. */
export function encodeDocument(text: string): Promise<Buffer> {
  return compress(text, { level: constants.Z_BEST_SPEED });
}

export async function decodeDocument(stored: Buffer): Promise<unknown> {
  const text = await decompress(stored);
  return JSON.parse(text.toString("utf8"));
}

/**
 * Text for a column that people read and filter by. PostgreSQL has no U+0000 in text; the documents, which do keep it,
 * are the truth.
 */
export function toColumn(text: string): string;
export function toColumn(text: string | undefined): string | null;
export function toColumn(text: string | undefined): string | null {
  return text === undefined ? null : text.replaceAll("\u0000", "\ufffd");
}

/** JSON text escapes U+0000 and lone surrogates, so a text column holds every JSON value. */
export function toJsonColumn(value: JsonValue | ErrorInfo | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
