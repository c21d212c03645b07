import { resolve } from "node:path";
import type { Connection } from "@temporalio/client";

import { loadConfig, type Config } from "../config.ts";
import { createRedactor, defined, type Redactor } from "../core/index.ts";
import { ORIGIN_VARIABLE, readOrigin } from "../hooks/origin.ts";
import { openConnection } from "./connection.ts";
import type { Link, LinkOptions, World } from "./context.ts";
import { createLink } from "./link.ts";
import { createOnce, type Once } from "./once.ts";
import { createOutput, type Streams } from "./output.ts";
import { readStackFile } from "./stack-file.ts";
import { chooseTarget, databaseOf, serverOf, type PartialTarget } from "./target.ts";

/**
 * The real world of the commands. What is heavy (the worker, the dev stack, the registry, the pattern compiler) is
 * loaded when a command first needs it: `heddle run list` should not wait for a webpack.
 */
export function createWorld(host: NodeJS.Process, streams: Streams): World {
  const cwd = host.cwd();
  const redactor = createRedactor(secretsOf(host.env));
  const config = createOnce(() => loadConfig({ cwd, env: host.env }));
  const findTarget = async (): Promise<PartialTarget> => {
    const settings = await config.get();
    return chooseTarget(settings, await readStackFile(settings.dataDir));
  };
  return {
    cwd,
    redactor,
    openOutput: (json) => createOutput(hideSecrets(streams, redactor), json),
    readStdin: () => readAll(host.stdin),
    loadDocument: (file, functions) => load({ cwd, config, stdin: host.stdin }, file, functions),
    openLink: (options) => openLink({ config, findTarget, env: host.env }, options),
    async openProbes() {
      const { createProbes } = await import("./doctor/probes.ts");
      const target = await findTarget();
      const connection = createOnce(() => openConnection(serverOf(target)));
      return {
        probes: createProbes({ target, connection }),
        close: () => closeConnection(connection),
      };
    },
    async migrate() {
      const { migrate } = await import("../registry/index.ts");
      return migrate(databaseOf(await findTarget()));
    },
    ...defined({ origin: readOrigin(host.env[ORIGIN_VARIABLE]) }),
    hookHome: {
      managedRoot: "/etc",
      ...(host.env["HOME"] === undefined ? {} : { home: host.env["HOME"] }),
    },
    async openHookHost(folder = cwd) {
      const { createHookHost } = await import("./hook/hook-host.ts");
      return createHookHost(await config.get(), host.env, resolve(cwd, folder));
    },
    async relayEvent(output, request) {
      const { relayEvent } = await import("./hook/relay-event.ts");
      return relayEvent(request, { cwd, host, output, readStdin: () => readAll(host.stdin) });
    },
    async testHooks(output, request) {
      const { testHooks } = await import("./hook/test-hooks.ts");
      return testHooks(request, { cwd, host, output, readStdin: () => readAll(host.stdin) });
    },
    async runDev(output, flags) {
      const { runDev } = await import("./dev/run-dev.ts");
      return runDev({ config: await config.get(), output, flags, host });
    },
    async runWorker(output, queues) {
      const { runWorker } = await import("./dev/run-worker.ts");
      const settings = await config.get();
      return runWorker({ config: settings, target: await findTarget(), queues, output, host });
    },
  };
}

interface Source {
  readonly cwd: string;
  readonly config: Once<Config>;
  readonly stdin: NodeJS.ReadStream;
}

async function load(
  { cwd, config, stdin }: Source,
  file: string,
  functions: readonly string[] | undefined,
): ReturnType<World["loadDocument"]> {
  const { loadDocument } = await import("./load-document.ts");
  if (functions === undefined) return loadDocument(file, cwd, stdin);
  const { findModules } = await import("./pattern/known-functions.ts");
  const configured = async (): Promise<Config["functions"]> => (await config.get()).functions;
  return loadDocument(file, cwd, stdin, await findModules(functions, configured, cwd));
}

function secretsOf(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    name.startsWith("HEDDLE_SECRET_") && value !== undefined
      ? [value, JSON.stringify(value).slice(1, -1)]
      : [],
  );
}

/** Whatever a command prints: a secret of this environment is not in it. */
function hideSecrets(streams: Streams, redactor: Redactor): Streams {
  return {
    ...streams,
    stdout: (text) => {
      streams.stdout(redactor.known(text));
    },
    stderr: (text) => {
      streams.stderr(redactor.known(text));
    },
    redraw: (text) => {
      streams.redraw(redactor.known(text));
    },
  };
}

function openLink(
  {
    config,
    findTarget,
    env,
  }: {
    readonly config: Once<Config>;
    readonly findTarget: () => Promise<PartialTarget>;
    readonly env: NodeJS.ProcessEnv;
  },
  options: LinkOptions = {},
): Link {
  const nothing = (): Promise<void> => Promise.resolve();
  if (options.dev !== true) return createLink({ findTarget, serve: nothing, stop: nothing });
  const borrowed = createOnce(async () => {
    const { borrowStack } = await import("./dev/borrow-stack.ts");
    return borrowStack({
      config: await config.get(),
      findTarget,
      env,
      note: options.note ?? nothing,
    });
  });
  return createLink({
    findTarget: async () => (await borrowed.get()).target,
    serve: async () => (await borrowed.get()).serve(),
    stop: async () => {
      await borrowed.started()?.then((stack) => stack.stop());
    },
  });
}

async function closeConnection(connection: Once<Connection>): Promise<void> {
  await connection.started()?.then((opened) => opened.close());
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
