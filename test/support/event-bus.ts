import { createEventBus, type EventBus, type EventBusOptions } from "../../src/events/index.ts";
import { createDatabase } from "../../src/registry/index.ts";
import { createHeddleDatabase } from "./migrated-database.ts";

export interface TestBus {
  readonly url: string;
  /** Another bus on the same database, as another process would have. */
  readonly open: (options?: Omit<EventBusOptions, "database">) => EventBus;
  /** Forgets every event and subscription, and counts from nought: for the tests of one file. */
  readonly reset: () => Promise<EventBus>;
  readonly close: () => Promise<void>;
}

export async function createTestBus(): Promise<TestBus> {
  const { url, drop } = await createHeddleDatabase();
  const database = createDatabase({ databaseUrl: url, maxConnections: 5 });
  const open = (options: Omit<EventBusOptions, "database"> = {}): EventBus =>
    createEventBus({ ...options, database });
  return {
    url,
    open,
    reset: async () => {
      await database.query(
        "truncate heddle.events, heddle.event_subscriptions, heddle.dead_letters cascade",
      );
      return open();
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
