import type { Hook } from "./hook.ts";

/** Features by name: on or off, and which others each needs. */
export type FlagDefinitions = Readonly<
  Record<
    string,
    | boolean
    | { readonly enabled?: boolean | undefined; readonly needs?: readonly string[] | undefined }
  >
>;

/** Before the name of a feature that a run asks to be off. */
const OFF = "!";

/**
 * The features that are on: those that are defined so or asked for, and what they need, and what that needs. A feature
 * that is needed is on, whatever its own definition says; one that the run asks to be off (`!name`) never is.
 */
export function enabledFlags(
  definitions: FlagDefinitions = {},
  asked: readonly string[] = [],
): ReadonlySet<string> {
  const enabled = new Set<string>();
  const off = new Set(asked.filter((name) => name.startsWith(OFF)).map((name) => name.slice(1)));
  const on = asked.filter((name) => !name.startsWith(OFF));
  const defined = Object.entries(definitions).filter(
    ([, flag]) => flag === true || (typeof flag === "object" && flag.enabled === true),
  );
  const work = [...defined.map(([name]) => name), ...on];
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    if (enabled.has(name) || off.has(name)) continue;
    enabled.add(name);
    const flag = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (typeof flag === "object") work.push(...(flag.needs ?? []));
  }
  return enabled;
}

/** The hooks that are there at all: a hook whose feature is off is hidden, as if nobody had registered it. */
export function withFlags(hooks: readonly Hook[], enabled: ReadonlySet<string>): readonly Hook[] {
  return hooks.filter((hook) => (hook.flags ?? []).every((flag) => enabled.has(flag)));
}
