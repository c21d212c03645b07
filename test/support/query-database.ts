import pg from "pg";

/** One statement on a connection of its own, past the registry: for what a test does behind its back. */
export async function queryDatabase(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(text, [...values]);
  } finally {
    await client.end();
  }
}
