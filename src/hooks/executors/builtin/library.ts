import type { Builtin } from "./builtin.ts";
import { gatedCheckpoint } from "./gated-checkpoint.ts";

/** Every hook that comes with Heddle, by name. */
export const BUILTINS: readonly Builtin[] = [gatedCheckpoint];

const BY_NAME: ReadonlyMap<string, Builtin> = new Map(BUILTINS.map((each) => [each.name, each]));

export function findBuiltin(name: string): Builtin | undefined {
  return BY_NAME.get(name);
}
