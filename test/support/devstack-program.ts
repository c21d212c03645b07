/** A dev stack in a process of its own, so that tests can kill it. Prints its addresses as one line of JSON. */
import { startDevStack } from "../../src/devstack/index.ts";

const [dataDir = ""] = process.argv.slice(2);
const controller = new AbortController();
let stopAll: (() => Promise<void>) | undefined;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    controller.abort(new Error(signal));
    // Without a stack yet, the start itself ends what it has begun and throws.
    void stopAll?.().then(() => process.exit(0));
  });
}

try {
  const { stop, ...addresses } = await startDevStack({
    dataDir,
    migrate: async () => undefined,
    report: (line) => process.stderr.write(`${line}\n`),
    onServerLost: (error) => process.stderr.write(`${error.code}: ${error.message}\n`),
    signal: controller.signal,
  });
  stopAll = stop;
  process.stdout.write(`${JSON.stringify(addresses)}\n`);
  // The servers are in process groups of their own and hold nothing here open: something must keep this process.
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stderr.write(`${String(error)}\n${(error as { hint?: string }).hint ?? ""}\n`);
  process.exit(1);
}
