import type { Command } from "commander";

import { breakerKey } from "../../hooks/breaker.ts";
import type { Registry } from "../../registry/index.ts";
import { createCommand } from "../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../context.ts";

/** Whoever switches a hook on means it to run: what its breaker remembers of earlier failures is forgotten. */
function resetBreaker({ hookStore }: Registry, name: string): Promise<boolean> {
  return hookStore.change(breakerKey(name), (current) => ({
    next: undefined,
    result: current !== undefined,
  }));
}

/** `hook enable` and `hook disable`: runs that began before keep the hooks they began with. */
export function createSwitchCommand(
  { world, perform }: Invocation,
  { verb, enabled }: { readonly verb: string; readonly enabled: boolean },
): Command {
  const state = enabled ? "enabled" : "disabled";
  return createCommand(verb, `Let registered hooks be ${state}, for runs that begin from now on`)
    .argument("<names...>", "names of registered hooks")
    .action((names: readonly string[], flags: JsonFlag) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const registry = await link.registry();
          for (const name of names) {
            const hook = await registry.setHookEnabled(name, enabled);
            const wasTripped = enabled && (await resetBreaker(registry, name));
            output.result(
              { name, enabled: hook.enabled, ...(wasTripped ? { breakerReset: true } : {}) },
              `${name} is ${state}${wasTripped ? "; its circuit breaker is closed again" : ""}`,
            );
          }
          return 0;
        }),
      ),
    );
}
