import type { BodyDocument, ForeachDocument, OnDocument, StepsDocument } from "../document.ts";
import type { EventResult } from "./bodies.ts";
import type { EachBody, StepBody } from "./body.ts";
import { makeRef, type Ref, type RefOf, type Root } from "./ref.ts";
import { createStepList, type AddStep } from "./steps.ts";
import {
  render,
  renderCondition,
  renderFields,
  seeing,
  type AnyValue,
  type Condition,
  type Resolved,
  type Sight,
} from "./value.ts";

type Outputs = Readonly<Record<string, AnyValue>>;

/** What the steps of a scope are written with. */
interface Inside {
  readonly step: AddStep;
}

/** Steps as one: the scope's output is what the function returns. */
export function group<const V extends Outputs>(
  build: (inside: Inside) => V,
  options: { readonly interleaved?: boolean } = {},
): StepBody<Resolved<V>> {
  return {
    write: (sight) => {
      const { steps, outputs } = writeScope(sight, build);
      return { group: { steps, ...options }, output: outputs.output };
    },
  };
}

interface LoopOptions<V> {
  readonly max: number;
  readonly onMax?: "fail" | "continue";
  /** Asked before each iteration; sees what the last one gave, which is null at first. */
  readonly while?: (last: V) => Condition;
  /** Asked after each iteration, of what it gave. */
  readonly until?: (last: V) => Condition;
}

/** Steps again and again: the output is what the function returns, of the last iteration. */
export function loop<const V extends Outputs>(
  build: (inside: Inside & { readonly iteration: Ref<number> }) => V,
  { while: proceed, until, ...limits }: LoopOptions<NoInfer<V>>,
): StepBody<Resolved<V>> {
  return {
    write: (sight) => {
      const root: Root = { name: "iteration" };
      const iteration = makeRef<number>("iteration", [root]);
      const written = writeScope(seeing(sight, new Set([root])), (inside) =>
        build({ ...inside, iteration }),
      );
      const decide = (ask: (last: V) => Condition): boolean | string =>
        renderCondition(ask(written.outputs.value), written.sight);
      const conditions = {
        ...(proceed === undefined ? {} : { while: decide(proceed) }),
        ...(until === undefined ? {} : { until: decide(until) }),
      };
      const body: BodyDocument["loop"] = { ...limits, ...conditions, steps: written.steps };
      return { loop: body, output: written.outputs.output };
    },
  };
}

/** The first case that holds, or the default. Which steps ran only a run knows, so nothing is known of the output. */
export function choose(
  cases: readonly { readonly when: Condition; readonly steps: (inside: Inside) => void }[],
  otherwise?: (inside: Inside) => void,
): StepBody<unknown> {
  return {
    write: (sight) => ({
      switch: {
        cases: cases.map(({ when, steps }) => ({
          when: renderCondition(when, sight),
          steps: writeSteps(sight, steps),
        })),
        ...(otherwise === undefined ? {} : { default: { steps: writeSteps(sight, otherwise) } }),
      },
    }),
  };
}

interface Each<Item> {
  readonly item: Ref<Item>;
  readonly index: Ref<number>;
}

type EachOptions<Item> = Omit<ForeachDocument, "items" | "when"> & {
  readonly when?: (each: Each<Item>) => Condition;
};

/** An item that is left out or may fail leaves a null. */
type Made<Output, Options> = Options extends
  { when: unknown } | { complete: "any" | "done" | object }
  ? Output | null
  : Output;

/** Once for each element of a list. */
export function foreach<Item, Output, const Options extends EachOptions<Item>>(
  items: RefOf<readonly Item[]>,
  build: (each: Each<Item>) => StepBody<Output>,
  options?: Options,
): EachBody<Made<Output, Options>> {
  return {
    writeEach: (sight) => {
      const roots: readonly [Root, Root] = [{ name: "item" }, { name: "index" }];
      const inner = seeing(sight, new Set(roots));
      const each: Each<Item> = {
        item: makeRef("item", [roots[0]]),
        index: makeRef("index", [roots[1]]),
      };
      // as: a type parameter's own fields; nothing is the empty set of them
      const { when, ...rest } = (options ?? {}) as EachOptions<Item>;
      return {
        ...build(each).write(inner),
        foreach: {
          items: render(items, sight),
          ...rest,
          ...(when === undefined ? {} : { when: renderCondition(when(each), inner) }),
        },
      };
    },
  };
}

/** Once for each event that arrives, in patterns that react to events. */
export function onEvent<Output>(
  on: string | (Exclude<OnDocument, string> & { readonly match?: never }),
  build: (event: Ref<EventResult>) => StepBody<Output>,
): EachBody<Output> {
  return {
    writeEach: (sight) => {
      const root: Root = { name: "event" };
      const body = build(makeRef<EventResult>("event", [root]));
      return { ...body.write(seeing(sight, new Set([root]))), on };
    },
  };
}

function writeSteps(sight: Sight, build: (inside: Inside) => void): StepsDocument {
  const { steps, step } = createStepList(sight);
  build({ step });
  return steps;
}

function writeScope<V extends Outputs>(sight: Sight, build: (inside: Inside) => V) {
  const { step, steps, sight: inner } = createStepList(sight);
  const value = build({ step });
  return { steps, sight: inner, outputs: { value, output: renderFields(value, inner) } };
}
