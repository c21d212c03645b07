import type { NativeConnection } from "@temporalio/worker";

import { SEARCH_ATTRIBUTES } from "./workflows/messages.ts";

/** How long "not there" is believed: `heddle doctor --fix` may register them at any time. */
const RECHECK_MS = 30_000;

/**
 * Asks whether the namespace has all of Heddle's search attributes. Once it has them it keeps them; a server that cannot
 * be asked counts as one without, since a run does without them but cannot get past setting an unknown one.
 */
export function createSearchAttributeCheck(
  connection: NativeConnection,
  namespace: string,
): () => Promise<boolean> {
  let known = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (known || performance.now() - askedAt < RECHECK_MS) return known;
    askedAt = performance.now();
    known = await ask(connection, namespace);
    return known;
  };
}

async function ask(connection: NativeConnection, namespace: string): Promise<boolean> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    return Object.values(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
  } catch {
    // Managed servers may refuse the question; see above.
    return false;
  }
}
