import { Context } from "@temporalio/activity";

const INTERVAL_MS = 1000;

/**
 * Heartbeats once a second while the work goes on: a cancellation reaches an activity only in the answer to a heartbeat.
 * Local activities are cancelled directly and cannot heartbeat.
 */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  if (context.info.isLocal) return work();
  const timer = setInterval(() => {
    context.heartbeat();
  }, INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
