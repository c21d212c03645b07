/** The registry's contract on a real PostgreSQL. */
import { createPostgresRegistry } from "../../src/registry/index.ts";
import { createHeddleDatabase } from "../support/migrated-database.ts";
import { describeRegistry } from "../support/registry-contract.ts";

describeRegistry("on PostgreSQL", async (actor) => {
  const database = await createHeddleDatabase();
  const registry = createPostgresRegistry({ databaseUrl: database.url, actor, maxConnections: 5 });
  return {
    registry,
    close: async () => {
      await registry.close();
      await database.drop();
    },
  };
});
