import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { choosePort } from "../../../src/devstack/ports.ts";

const open: Server[] = [];

afterEach(async () => {
  await Promise.all(
    open.splice(0).map(
      (server) =>
        new Promise<void>((resolve) =>
          server.close(() => {
            resolve();
          }),
        ),
    ),
  );
});

const purpose = { purpose: "the Temporal server", setting: "HEDDLE_TEMPORAL_PORT" };

test("takes the usual port when it is free", async () => {
  const preferred = await freePort();
  const said: string[] = [];

  const port = await choosePort({ ...purpose, preferred, report: (line) => said.push(line) });

  expect(port).toBe(preferred);
  expect(said).toEqual([]);
});

test("takes the next free port when the usual one is in use, and says so", async () => {
  const preferred = await listen();
  const said: string[] = [];

  const port = await choosePort({ ...purpose, preferred, report: (line) => said.push(line) });

  expect(port).toBeGreaterThan(preferred);
  expect(said).toEqual([`Port ${preferred} is in use: the Temporal server listens on ${port}.`]);
});

test("refuses a port that was asked for and is in use, with the ways out", async () => {
  const requested = await listen();

  await expect(
    choosePort({ ...purpose, preferred: 7233, requested, report: () => undefined }),
  ).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: `Port ${requested}, asked for the Temporal server, is in use`,
    hint: expect.stringContaining("HEDDLE_TEMPORAL_PORT") as string,
  });
});

test("gives the same port again right after it was left", async () => {
  const requested = await freePort();
  const choice = { ...purpose, preferred: 7233, requested, report: () => undefined };

  expect([await choosePort(choice), await choosePort(choice)]).toEqual([requested, requested]);
});

test("takes any free port when 0 is asked for", async () => {
  const port = await choosePort({
    ...purpose,
    preferred: 7233,
    requested: 0,
    report: () => undefined,
  });

  expect(port).toBeGreaterThan(1023);
});

async function listen(): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function freePort(): Promise<number> {
  const port = await listen();
  await new Promise<void>((resolve) =>
    open.pop()?.close(() => {
      resolve();
    }),
  );
  return port;
}
