import type { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";

/** Turns of the event loop that bring nothing, after which nothing is on its way any more. */
const QUIET_TURNS = 3;
/** More than the kernel keeps of what nobody has read yet; who writes more is not the process that ended. */
const UNREAD_BYTES = 1024 * 1024;

/**
 * Waits until all that an ended process wrote has been read. False when something that it left behind keeps its output
 * open for longer than the grace.
 *
 * The clock alone cannot tell the two apart: on a busy machine the grace may be over before anybody has looked, while all
 * of the output still lies in the kernel. Each turn of the event loop reads what is there, so turns without a byte have
 * to follow the grace.
 */
export async function untilRead(streams: readonly Readable[], graceMs: number): Promise<boolean> {
  let bytes = 0;
  const count = (chunk: Buffer | string): void => {
    bytes += chunk.length;
  };
  const isRead = (): boolean => streams.every((each) => each.readableEnded || each.destroyed);
  for (const stream of streams) stream.on("data", count);
  try {
    await within(Promise.all(streams.map(closed)), graceMs);
    const before = bytes;
    for (let quiet = 0; quiet < QUIET_TURNS && bytes - before < UNREAD_BYTES;) {
      if (isRead()) return true;
      const seen = bytes;
      await turn();
      quiet = bytes === seen ? quiet + 1 : 0;
    }
    return isRead();
  } finally {
    for (const stream of streams) stream.off("data", count);
  }
}

/** Until the promise has settled, or that long. */
export async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function closed(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("close", resolve);
  });
}
