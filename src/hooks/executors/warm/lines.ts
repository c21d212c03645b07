import type { Readable } from "node:stream";

const NEWLINE = 0x0a;

/**
 * Hands on what a stream says line by line. A line beyond the limit is told as undefined, once, and nothing after it:
 * whoever writes without end must not fill the worker's memory.
 */
export function readLines(
  stream: Readable,
  limitBytes: number,
  onLine: (line: string | undefined) => void,
): void {
  let parts: Buffer[] = [];
  let size = 0;
  let isOver = false;
  stream.on("data", (chunk: Buffer) => {
    let from = 0;
    while (!isOver) {
      const at = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, at === -1 ? chunk.length : at);
      size += part.length;
      if (size > limitBytes) {
        isOver = true;
        parts = [];
        onLine(undefined);
        return;
      }
      parts.push(part);
      if (at === -1) return;
      const line = Buffer.concat(parts).toString("utf8");
      parts = [];
      size = 0;
      from = at + 1;
      onLine(line);
    }
  });
}
