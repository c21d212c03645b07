import type { Readable } from "node:stream";

/** What a stream said, as text: the beginning and the end of it when it said more than the limit. */
export interface CapturedText {
  readonly text: string;
  /** Bytes the process wrote, kept or not. */
  readonly bytes: number;
  readonly cutBytes: number;
  /** The bytes were not UTF-8; what could not be read is U+FFFD in `text`. */
  readonly invalidUtf8: boolean;
}

export interface OutputCapture {
  /** What was said so far. */
  read(): CapturedText;
}

/**
 * Drains a stream for as long as it speaks, so that the writer never blocks, and keeps at most `limitBytes` of it: the
 * first half and the last half, because a report starts with what it is and a failure ends with why.
 */
export function captureOutput(stream: Readable, limitBytes: number): OutputCapture {
  const headLimit = Math.ceil(limitBytes / 2);
  const tailLimit = Math.floor(limitBytes / 2);
  const head: Buffer[] = [];
  const tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let total = 0;

  stream.on("data", (chunk: Buffer) => {
    total += chunk.length;
    const forHead = chunk.subarray(0, Math.max(0, headLimit - headBytes));
    if (forHead.length > 0) head.push(forHead);
    headBytes += forHead.length;
    const rest = chunk.subarray(forHead.length);
    if (rest.length === 0) return;
    tail.push(rest);
    tailBytes += rest.length;
    // A chunk leaves only when the chunks behind it fill the tail alone, so memory stays below limit + one chunk.
    for (let oldest = tail[0]; oldest !== undefined; oldest = tail[0]) {
      if (tailBytes - oldest.length < tailLimit) break;
      tailBytes -= oldest.length;
      tail.shift();
    }
  });

  return {
    read: () => {
      const end = Buffer.concat(tail);
      const kept = end.subarray(Math.max(0, end.length - tailLimit));
      return describe(Buffer.concat(head), kept, total);
    },
  };
}

function describe(head: Buffer, tail: Buffer, total: number): CapturedText {
  const cutBytes = total - head.length - tail.length;
  if (cutBytes <= 0) return { ...decode(Buffer.concat([head, tail])), bytes: total, cutBytes: 0 };
  const first = decode(withoutBrokenEnd(head));
  const last = decode(withoutBrokenStart(tail));
  return {
    text: `${first.text}\n[... ${String(cutBytes)} bytes cut by Heddle ...]\n${last.text}`,
    bytes: total,
    cutBytes,
    invalidUtf8: first.invalidUtf8 || last.invalidUtf8,
  };
}

function decode(bytes: Buffer): { readonly text: string; readonly invalidUtf8: boolean } {
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      invalidUtf8: false,
    };
  } catch {
    // Not UTF-8: readable with replacement characters, and said so beside the text.
    return { text: bytes.toString("utf8"), invalidUtf8: true };
  }
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && (byte & 0xc0) === 0x80;

/** The cut must not make a good character look like a broken one. */
function withoutBrokenEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function withoutBrokenStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}
