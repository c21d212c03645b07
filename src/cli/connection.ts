import { Connection, type ConnectionOptions } from "@temporalio/client";

import { HeddleError, messageOf } from "../core/index.ts";

/** A run's history holds its plan: it can be longer than the 4 MiB that a client takes at once by default. */
const ANY_LENGTH = { "grpc.max_receive_message_length": -1 };

/** @throws HeddleError `TEMPORAL_UNAVAILABLE` */
export async function openConnection(
  connectTo: ConnectionOptions & { readonly address: string },
): Promise<Connection> {
  try {
    return await Connection.connect({
      connectTimeout: "5s",
      channelArgs: ANY_LENGTH,
      ...connectTo,
    });
  } catch (thrown) {
    const message = `No Temporal server answers at ${connectTo.address}: ${messageOf(thrown)}`;
    throw new HeddleError("TEMPORAL_UNAVAILABLE", message, {
      hint: "Start everything with `heddle dev`, or correct TEMPORAL_ADDRESS.",
      cause: thrown,
    });
  }
}
