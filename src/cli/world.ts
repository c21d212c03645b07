import type { Connection } from "@temporalio/client";

import { loadConfig, type Config } from "../config.ts";
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
  const config = createOnce(() => loadConfig({ cwd, env: host.env }));
  const findTarget = async (): Promise<PartialTarget> => {
    const settings = await config.get();
    return chooseTarget(settings, await readStackFile(settings.dataDir));
  };
  return {
    cwd,
    openOutput: (json) => createOutput(streams, json),
    readStdin: () => readAll(host.stdin),
    async loadDocument(file) {
      const { loadDocument } = await import("./load-document.ts");
      return loadDocument(file, cwd);
    },
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
