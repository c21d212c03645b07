/** The fake that other unit tests stand on keeps the same contract as the registry on PostgreSQL. */
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { describeRegistry } from "../../support/registry-contract.ts";

describeRegistry("in memory", async (actor) => {
  const registry = createMemoryRegistry({ actor });
  return { registry, close: () => registry.close() };
});
