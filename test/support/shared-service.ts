/**
 * vitest sets up each project by itself, in one main process: what several projects need is started by the first and
 * stopped by the last.
 */
interface Shared {
  users: number;
  readonly started: Promise<{ readonly value: unknown; readonly stop: () => Promise<void> }>;
}

const registry = Symbol.for("heddle.test.shared-services");

function services(): Map<string, Shared> {
  const host = globalThis as { [registry]?: Map<string, Shared> };
  const known = host[registry] ?? new Map<string, Shared>();
  host[registry] = known;
  return known;
}

/** Starts the service, or joins the one another project has started; `leave` stops it after the last user. */
export async function joinService<T>(
  name: string,
  start: () => Promise<{ readonly value: T; readonly stop: () => Promise<void> }>,
): Promise<{ readonly value: T; readonly leave: () => Promise<void> }> {
  const known = services().get(name) ?? { users: 0, started: start() };
  known.users += 1;
  services().set(name, known);
  const { value, stop } = await known.started;
  return {
    value: value as T,
    leave: async () => {
      known.users -= 1;
      if (known.users > 0) return;
      services().delete(name);
      await stop();
    },
  };
}
