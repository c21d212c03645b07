/** Two stacks on one folder would damage it; a lock that outlives its owner would lock the user out. Both must not be. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockOwner, tryLock } from "../../../src/devstack/lock.ts";
import { identify } from "../../../src/devstack/process-identity.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-lock-"));
  path = join(folder, "stack.lock");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("lets one in and tells the second who holds it", () => {
  const first = tryLock(path);
  const second = tryLock(path);

  expect(first.taken).toBe(true);
  expect(second).toMatchObject({ taken: false, owner: { pid: process.pid } });
  expect(lockOwner(path)?.pid).toBe(process.pid);
});

test("is free again after release, and leaves no file behind", async () => {
  const first = tryLock(path);
  if (first.taken) first.lock.release();

  expect(await readdir(folder)).toEqual([]);
  expect(tryLock(path).taken).toBe(true);
});

test("takes over the lock of a process that has died", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: "pipe" });
  await once(child, "spawn");
  await writeFile(path, JSON.stringify(identify(child.pid ?? 0)));
  expect(tryLock(path).taken).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");

  expect(lockOwner(path)).toBeUndefined();
  expect(tryLock(path).taken).toBe(true);
});

test("takes over a lock whose process id now belongs to another program", async () => {
  await writeFile(path, JSON.stringify({ pid: process.ppid, startedAt: "before the last boot" }));

  expect(tryLock(path).taken).toBe(true);
});

test.each(["", "{", '{"pid":"x"}'])(
  "takes over a lock that nobody can have written whole: %j",
  async (content) => {
    await writeFile(path, content);

    expect(tryLock(path).taken).toBe(true);
  },
);

test("does not remove a lock that another process has taken over in the meantime", async () => {
  const mine = tryLock(path);
  const other = JSON.stringify(identify(process.ppid));
  await writeFile(path, other);

  if (mine.taken) mine.lock.release();

  expect(await readFile(path, "utf8")).toBe(other);
});
