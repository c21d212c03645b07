import { availableParallelism, totalmem } from "node:os";

import type { SystemHooks, WorkerPoint } from "./activities/index.ts";
import { digestOf, messageOf, type JsonObject, type JsonValue } from "./core/index.ts";
import type { Logger } from "./logger.ts";
import type { Registry } from "./registry/index.ts";

export interface SystemWatchOptions {
  readonly system: SystemHooks;
  readonly registry: Pick<Registry, "listHooks" | "listPatterns">;
  readonly logger: Logger;
  /** Between two looks at the worker and at what is registered. @default 30_000 */
  readonly intervalMs?: number;
  /** Between two `system.startup` of source `maintenance`. @default 86_400_000 */
  readonly maintenanceMs?: number;
}

export interface SystemWatch {
  /** Looks now; what it finds is told to the hooks before it resolves. */
  look(): Promise<void>;
  /** Tells the hooks of the shutdown and looks no more. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 30_000;
const DAY_MS = 86_400_000;
/** Share of the memory or of the processors that counts as high, unless a hook says `metadata: { threshold }`. */
const THRESHOLD = 0.9;

/** Tells the hooks of `system.*` about this process: its start and end, its use of memory and processor, changed hooks. */
export async function watchSystem(options: SystemWatchOptions): Promise<SystemWatch> {
  const { system, logger, intervalMs = INTERVAL_MS, maintenanceMs = DAY_MS } = options;
  const high = new Set<WorkerPoint>();
  let config: Config | undefined;
  let maintained = Date.now();
  let cpu = sampleCpu();
  await system.fire("system.startup", { source: "startup" });
  await quietly(async () => {
    config = await readConfig(options);
  });

  /** The registry may be away for a while; the next look finds it back. */
  async function quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logger.warn({ error: messageOf(error) }, "the system watch could not look");
    }
  }

  async function look(): Promise<void> {
    config = await compareConfig(options, config);
    const used = cpuShare(cpu);
    cpu = sampleCpu();
    await compareUse(options, high, "system.memoryHigh", memoryShare());
    await compareUse(options, high, "system.cpuHigh", used);
    if (Date.now() - maintained < maintenanceMs) return;
    maintained = Date.now();
    await system.fire("system.startup", { source: "maintenance" });
  }

  let looking: Promise<void> = Promise.resolve();
  const lookInTurn = (): Promise<void> => {
    looking = looking.then(() => quietly(look));
    return looking;
  };
  let isLooking = false;
  const timer = setInterval(() => {
    // A registry that answers slowly must not leave a queue of looks, which a stop would have to wait for.
    if (isLooking) return;
    isLooking = true;
    void lookInTurn().finally(() => {
      isLooking = false;
    });
  }, intervalMs);
  timer.unref();
  return {
    look: lookInTurn,
    async stop() {
      clearInterval(timer);
      await looking;
      await system.fire("system.shutdown", {});
      system.stop();
    },
  };
}

/** What is registered, each by name and by what it says. */
interface Config {
  readonly hooks: ReadonlyMap<string, string>;
  readonly patterns: ReadonlyMap<string, string>;
}

/** Undefined while nobody wants to know: then nothing is read. */
async function readConfig({ system, registry }: SystemWatchOptions): Promise<Config | undefined> {
  if ((await system.at("system.configChanged")).length === 0) return undefined;
  const [hooks, patterns] = await Promise.all([registry.listHooks(), registry.listPatterns()]);
  return {
    // as: hooks are plain JSON, which their interface cannot say
    hooks: new Map(hooks.map((hook) => [hook.name, digestOf(hook as unknown as JsonValue)])),
    patterns: new Map(
      patterns.map(({ name, version, digest, status }) => [
        `${name}@${version}`,
        `${digest} ${status}`,
      ]),
    ),
  };
}

async function compareConfig(
  options: SystemWatchOptions,
  before: Config | undefined,
): Promise<Config | undefined> {
  const now = await readConfig(options);
  if (now === undefined || before === undefined) return now;
  const hooks = changes(before.hooks, now.hooks);
  const patterns = changes(before.patterns, now.patterns);
  if (hooks.length + patterns.length > 0)
    await options.system.fire("system.configChanged", { source: "registry", hooks, patterns });
  return now;
}

function changes(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => before.get(name) !== now.get(name));
}

/** Tells once when a share passes its threshold, and again only after it has been below. */
async function compareUse(
  { system }: SystemWatchOptions,
  high: Set<WorkerPoint>,
  point: "system.memoryHigh" | "system.cpuHigh",
  share: number,
): Promise<void> {
  const hooks = await system.at(point);
  const asked = hooks.map(({ metadata }) => metadata?.["threshold"]);
  const threshold = Math.min(...asked.map((each) => (typeof each === "number" ? each : THRESHOLD)));
  if (share < threshold) high.delete(point);
  else if (!high.has(point)) {
    high.add(point);
    const facts: JsonObject = { share, threshold };
    await system.fire(point, facts);
  }
}

function memoryShare(): number {
  // 0 where no limit is known, and a huge number where there is none.
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return process.memoryUsage.rss() / total;
}

interface CpuSample {
  readonly usage: NodeJS.CpuUsage;
  readonly at: number;
}

function sampleCpu(): CpuSample {
  return { usage: process.cpuUsage(), at: performance.now() };
}

function cpuShare({ usage, at }: CpuSample): number {
  const { user, system } = process.cpuUsage(usage);
  const elapsedUs = Math.max(1, (performance.now() - at) * 1000);
  return (user + system) / elapsedUs / availableParallelism();
}
