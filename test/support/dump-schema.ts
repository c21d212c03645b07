/** `npm run db:dump`: writes the schema that the migrations make, so that a change of it shows in review. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startPostgres } from "../../src/devstack/index.ts";
import { migrate } from "../../src/registry/index.ts";
import { describeSchema } from "./schema-text.ts";

const FILE = new URL("../postgres/schema.sql", import.meta.url);

await withServer(async (serverUrl) => {
  const name = `heddle_dump_${randomUUID().replaceAll("-", "")}`;
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  try {
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    await migrate(url.href);
    await writeFile(FILE, await withClient(url.href, describeSchema));
  } finally {
    await withClient(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
  }
});

async function withServer(use: (url: string) => Promise<void>): Promise<void> {
  const given = process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") {
    await use(given);
    return;
  }
  const dataDir = await mkdtemp(join(tmpdir(), "heddle-dump-"));
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  const { url, child } = await startPostgres({ dataDir, port: 0, report, isDisposable: true });
  try {
    await use(url);
  } finally {
    await child.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
