/**
 * The order in which a Temporal server is looked for, with small shell scripts in the place of the real programs: what is
 * found, what is passed over and what a person is told when nothing works. Real ones: test/e2e/devstack.test.ts.
 */
import { createServer, type Server } from "node:http";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findTemporal, type TemporalProgram } from "../../../src/devstack/temporal-program.ts";

const TEMPORAL = '#!/bin/sh\necho "temporal version 9.9.9 (Server 9.9.9)"\n';
const NOT_TEMPORAL = '#!/bin/sh\necho "something else"\n';
/** Nobody listens there, so a download fails at once, as it does without internet. */
const OFFLINE = "http://127.0.0.1:9";

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-find-"));
  said = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("takes the program TEMPORAL_CLI_PATH names before any other", async () => {
  const given = await script("given/temporal", TEMPORAL);
  await script("bin/temporal", TEMPORAL);

  const found = await find({ env: { TEMPORAL_CLI_PATH: given } });

  expect(found).toEqual({ path: given, source: "environment" });
});

test("refuses a TEMPORAL_CLI_PATH that is no Temporal CLI, instead of looking further", async () => {
  const given = await script("given/temporal", NOT_TEMPORAL);
  await script("bin/temporal", TEMPORAL);

  await expect(find({ env: { TEMPORAL_CLI_PATH: given } })).rejects.toMatchObject({
    code: "TEMPORAL_NOT_RUNNABLE",
    message: expect.stringContaining("something else") as string,
  });
});

test("takes `temporal` from PATH before the cache", async () => {
  const onPath = await script("bin/temporal", TEMPORAL);
  await script(`cache/${await cacheName()}`, TEMPORAL);

  expect(await find()).toEqual({ path: onPath, source: "path" });
});

test("passes over a broken `temporal` on PATH and says so", async () => {
  await script("bin/temporal", NOT_TEMPORAL);
  const cached = await script(`cache/${await cacheName()}`, TEMPORAL);

  expect(await find()).toEqual({ path: cached, source: "cache" });
  expect(said.join("\n")).toContain("Passing over");
});

test("downloads into the cache, and finds it there the next time", async () => {
  const official = await serveArchive(TEMPORAL);

  const first = await find({ downloadOrigin: official.origin });
  await official.close();
  const second = await find();

  expect(first.source).toBe("download");
  expect(second).toEqual({ path: first.path, source: "cache" });
  expect(official.asked[0]).toMatch(/^\/cli\/archive\/v\d+\.\d+\.\d+\?platform=\w+&arch=\w+$/);
});

test("does not keep a download that does not run, and builds instead", async () => {
  const official = await serveArchive(NOT_TEMPORAL);
  await fakeGo();

  const found = await find({ downloadOrigin: official.origin });
  await official.close();

  expect(found.source).toBe("build");
  expect(said.join("\n")).toContain("download: the program does not run");
});

test("builds with Go when there is no internet", async () => {
  await fakeGo();

  const found = await find();

  expect(found.source).toBe("build");
  expect(await readdir(join(folder, "cache"))).toEqual([await cacheName()]);
});

test("names every way out when there is neither internet nor Go", async () => {
  const failure = await find().catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: "TEMPORAL_NOT_FOUND" });
  const text = JSON.stringify(failure, ["message", "hint"]) + String(failure);
  expect(text).toContain("no Go toolchain");
  expect(text).toContain("cannot be reached");
  for (const way of ["TEMPORAL_ADDRESS", "TEMPORAL_CLI_PATH", "temporal.download", "go.dev/dl"]) {
    expect(text).toContain(way);
  }
});

test("quotes what Go says when its version is too old", async () => {
  await fakeGo('echo "go: go.mod requires go >= 1.26.4 (running go 1.19)" >&2; exit 1');

  await expect(find()).rejects.toThrow("go.mod requires go >= 1.26.4");
});

test("keeps the program in the data folder when the cache cannot be written", async () => {
  await fakeGo();
  await writeFile(join(folder, "no-folder"), "a file where the cache folder should be");

  const found = await find({ cacheDir: join(folder, "no-folder", "heddle") });

  expect(found.path.startsWith(join(folder, ".heddle", "cache"))).toBe(true);
  expect(said.join("\n")).toContain("cannot be written");
});

test("says what to set when neither the cache nor the data folder can be written", async () => {
  await writeFile(join(folder, "no-folder"), "");

  const search = find({
    cacheDir: join(folder, "no-folder", "heddle"),
    dataDir: join(folder, "no-folder", "data"),
  });

  await expect(search).rejects.toMatchObject({
    code: "CACHE_NOT_WRITABLE",
    hint: expect.stringContaining("HEDDLE_CACHE_DIR") as string,
  });
});

test("replaces a cached program that does not run any more", async () => {
  await script(`cache/${await cacheName()}`, "cut short");
  await fakeGo();

  const found = await find();

  expect(found.source).toBe("build");
  expect(await readFile(found.path, "utf8")).toBe(TEMPORAL);
});

test("stops looking when it is told to", async () => {
  await fakeGo("exec sleep 60");
  const controller = new AbortController();
  const search = find({ signal: controller.signal }, (line) => {
    if (line.startsWith("Building")) controller.abort(new Error("interrupted"));
  });

  await expect(search).rejects.toThrow("interrupted");
  expect(await readdir(join(folder, "cache"))).toEqual([]);
});

interface FindChanges {
  readonly env?: NodeJS.ProcessEnv;
  readonly cacheDir?: string;
  readonly dataDir?: string;
  readonly downloadOrigin?: string;
  readonly signal?: AbortSignal;
}

async function find(
  { env = {}, ...changes }: FindChanges = {},
  onLine: (line: string) => void = () => undefined,
): Promise<TemporalProgram> {
  await mkdir(join(folder, "bin"), { recursive: true });
  return findTemporal({
    dataDir: join(folder, ".heddle"),
    cacheDir: join(folder, "cache"),
    downloadOrigin: OFFLINE,
    env: { PATH: join(folder, "bin"), ...env },
    report: (line) => {
      said.push(line);
      onLine(line);
    },
    ...changes,
  });
}

async function script(path: string, content: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, content);
  await chmod(file, 0o755);
  return file;
}

/** Stands for the Go toolchain: `go build ... -o FILE ...` writes a Temporal to FILE. */
async function fakeGo(
  build = `printf '%s' '${TEMPORAL}' > "$file" && /bin/chmod 755 "$file"`,
): Promise<void> {
  await script(
    "bin/go",
    [
      "#!/bin/sh",
      'if [ "$1" = version ]; then echo "go version go1.26.4 linux/amd64"; exit 0; fi',
      'while [ "$1" != -o ]; do shift; done; file="$2"',
      build,
    ].join("\n"),
  );
}

/** The name is made of the version that tools/temporal/go.mod pins: a test must not pin it again. */
async function cacheName(): Promise<string> {
  const goMod = await readFile(join(import.meta.dirname, "../../../tools/temporal/go.mod"), "utf8");
  const version = /temporalio\/cli v([\d.]+)/.exec(goMod)?.[1] ?? "";
  return `temporal-${version}-${process.platform}-${process.arch}`;
}

async function serveArchive(
  content: string,
): Promise<{ origin: string; asked: string[]; close: () => Promise<void> }> {
  await script("archive/temporal", content);
  const archive = execFileSync("tar", ["-czf", "-", "-C", join(folder, "archive"), "temporal"]);
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
