import type { z } from "zod";

import type { JsonObject } from "../../../core/index.ts";
import type { HookStore } from "../../hook-store.ts";
import type { HookEvent } from "../../hook.ts";
import type { Outcome } from "../../outcome.ts";
import type { HandlerContext } from "../context.ts";

/** One firing of a builtin hook. */
export interface BuiltinCall<Options> {
  readonly event: HookEvent;
  /** As the registration gave them, with the schema's defaults filled in. */
  readonly options: Options;
  /** Values that outlive the call. Keys should begin with `<builtin>:<hook name>:`. */
  readonly store: HookStore;
  readonly context: HandlerContext;
  /** Fires when the hook is cancelled or has hit its timeout. */
  readonly signal: AbortSignal;
  /** The worker's clock, in milliseconds since the epoch. */
  readonly now: number;
}

/** A hook that comes with Heddle: `handler: { builtin: <name>, options: { ... } }`. */
export interface Builtin {
  readonly name: string;
  /** One sentence for lists: what it does. */
  readonly summary: string;
  /** The points it is made for; at others it fails with `HandlerMisplaced`. Absent: it works everywhere. */
  readonly points?: readonly string[];
  readonly options: z.ZodType;
  readonly run: (call: BuiltinCall<never>) => Outcome | Promise<Outcome>;
}

/** Defines a builtin; its options have the type of their schema. */
export function defineBuiltin<Schema extends z.ZodType>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly points?: readonly string[];
  readonly options: Schema;
  readonly run: (call: BuiltinCall<z.output<Schema>>) => Outcome | Promise<Outcome>;
}): Builtin {
  return definition;
}

/** What a builtin's handler is registered with. */
export interface BuiltinHandler {
  readonly builtin: string;
  readonly options?: JsonObject;
}
