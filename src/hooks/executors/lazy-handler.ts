import {
  defineHandler,
  type FunctionContext,
  type HandlerDefinition,
  type SchemaLike,
} from "./define-handler.ts";

type Run<Input, Output> = (input: Input, context: FunctionContext) => Output | Promise<Output>;

/** Functions that are kept ready; the one that was used longest ago makes room. */
const KEPT = 100;

/** Defines functions that are made when they are first needed, and keeps so many of them. */
export function createLazyHandlers(kept = KEPT) {
  const ready = new Map<symbol, Promise<unknown>>();

  function take<Made>(key: symbol, create: () => Made | Promise<Made>): Promise<Made> {
    // as: under a key there is only what its own `create` made
    const known = ready.get(key) as Promise<Made> | undefined;
    const made = known ?? Promise.resolve().then(create);
    // A Map keeps insertion order: putting it back makes it the youngest.
    ready.delete(key);
    ready.set(key, made);
    for (const oldest of ready.keys()) {
      if (ready.size <= kept) break;
      ready.delete(oldest);
    }
    // What could not be made is tried again at the next call.
    if (known === undefined)
      made.catch(() => {
        if (ready.get(key) === made) ready.delete(key);
      });
    return made;
  }

  return <Input = unknown, Output = unknown, Accepted = Input, Returned extends Output = Output>(
    name: string,
    schemas: { readonly input?: SchemaLike<Input, Accepted>; readonly output?: SchemaLike<Output> },
    create: () => Run<Input, Returned> | Promise<Run<Input, Returned>>,
  ): HandlerDefinition<Accepted, unknown extends Output ? Returned : Output> => {
    const key = Symbol(name);
    return defineHandler<Input, Output, Accepted, Returned>(
      name,
      schemas,
      async (input, context) => {
        const run = await take(key, create);
        return run(input, context);
      },
    );
  };
}

/**
 * Defines a function whose making is costly (a model, a parser, a connection): it is made at the first call, once, and kept
 * while it is among the hundred used last.
 *
 * @example
 * export const scan = defineLazyHandler("scan", {}, async () => { const rules = await load(); return (input) => ...; });
 */
export const defineLazyHandler = createLazyHandlers();
