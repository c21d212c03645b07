import type { JsonValue, Typed } from "../../core/index.ts";
import type { BodyDocument, DurationDocument } from "../document.ts";
import type { StepBody } from "./body.ts";
import { makeRef, type Ref, type RefOf } from "./ref.ts";
import {
  render,
  renderCondition,
  renderFields,
  seeing,
  type AnyValue,
  type Condition,
  type Resolved,
  type Value,
} from "./value.ts";

/** What a command gives. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it wrote, when that is JSON. */
  readonly json?: JsonValue;
}

/** What a request gives. */
export interface HttpResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
}

/** A published event. */
export interface EventResult {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: JsonValue;
  readonly correlation?: string;
}

/** What a person decided. */
export interface ApprovalResult {
  readonly decision: "approve" | "deny";
  readonly comment: string | null;
  readonly by: string | null;
  readonly input: JsonValue;
  readonly byDefault: boolean;
}

/** A function, a pattern or its name; a definition says for the compiler what it takes and gives. */
type Callee = string | (Typed<unknown, unknown> & { readonly name: string });
type AcceptedBy<C> = C extends string ? unknown : C extends Typed<infer A, unknown> ? A : unknown;
type GivenByCallee<C> = C extends string
  ? unknown
  : C extends Typed<unknown, infer G>
    ? G
    : unknown;

/** The input, which may be left out where nothing is known of it. */
export type InputArgs<Accepted> = unknown extends Accepted
  ? [input?: AnyValue]
  : [input: Value<Accepted>];

/** A command: text is for the shell and holds no references, a list is a program and its arguments. */
export function run(
  command: string | readonly (Value<string> | Value<number> | Value<boolean>)[],
  options: { readonly with?: AnyValue; readonly env?: Readonly<Record<string, AnyValue>> } = {},
): StepBody<CommandResult> {
  return {
    write: (sight) => ({
      // as: strings, numbers and booleans render to themselves, references to strings
      run: typeof command === "string" ? command : (render(command, sight) as readonly string[]),
      ...renderFields(options, sight),
    }),
  };
}

/** An HTTP request; JSON is parsed both ways. */
export function http(request: {
  readonly url: Value<string>;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, Value<string>>>;
  readonly body?: AnyValue;
  readonly expect?: number | string | readonly (number | string)[];
}): StepBody<HttpResult> {
  // as: the fields' types are the document's, with references where expressions may stand
  return { write: (sight) => ({ http: renderFields(request, sight) as unknown as HttpBody }) };
}
type HttpBody = NonNullable<BodyDocument["http"]>;

/** A registered function: by its definition, so that its schemas type both ends, or by name. */
export function call<const C extends Callee>(
  handler: C,
  ...[input]: InputArgs<AcceptedBy<C>>
): StepBody<GivenByCallee<C>> {
  const name = typeof handler === "string" ? handler : handler.name;
  return { write: (sight) => ({ call: name, ...renderFields({ with: input }, sight) }) };
}

/** Another pattern as a child: by its definition (the version it was written against, or a compatible one), or by name. */
export function subPattern<const C extends string | (Callee & { readonly version: string })>(
  child: C,
  ...[input]: InputArgs<AcceptedBy<C>>
): StepBody<GivenByCallee<C>> {
  const name = typeof child === "string" ? child : `${child.name}@^${child.version}`;
  return { write: (sight) => ({ pattern: name, ...renderFields({ with: input }, sight) }) };
}

/** Time: a duration, or until a moment. */
export function wait(
  time: DurationDocument | RefOf<string> | RefOf<number> | { readonly until: Value<string> },
): StepBody<JsonValue> {
  // as: a reference renders to text, the rest to itself
  return { write: (sight) => ({ wait: render(time, sight) as DurationDocument }) };
}

/** Waits for an event. */
export function waitFor(
  event: string,
  options?: {
    readonly match?: (event: Ref<EventResult>) => Condition;
    readonly timeout?: DurationDocument;
  },
): StepBody<EventResult>;
export function waitFor(
  event: string,
  options: {
    readonly match?: (event: Ref<EventResult>) => Condition;
    readonly timeout: DurationDocument;
    readonly onTimeout: "continue";
  },
): StepBody<EventResult | null>;
export function waitFor(
  event: string,
  {
    match,
    ...rest
  }: {
    readonly match?: (event: Ref<EventResult>) => Condition;
    readonly timeout?: DurationDocument;
    readonly onTimeout?: "continue";
  } = {},
): StepBody<unknown> {
  return {
    write: (sight) => {
      const root = { name: "event" } as const;
      if (match === undefined) return { waitFor: { event, ...rest } };
      const condition = match(makeRef<EventResult>("event", [root]));
      const inner = seeing(sight, new Set([root]));
      return { waitFor: { event, match: renderCondition(condition, inner), ...rest } };
    },
  };
}

/** Asks people. */
export function approval({
  prompt,
  ...rest
}: Omit<NonNullable<BodyDocument["approval"]>, "prompt"> & {
  readonly prompt: Value<string>;
}): StepBody<ApprovalResult> {
  return {
    // as: a text renders to text
    write: (sight) => ({ approval: { prompt: render(prompt, sight) as string, ...rest } }),
  };
}

/** Data, without an activity. */
export function set<const V extends Readonly<Record<string, AnyValue>>>(
  values: V,
): StepBody<Resolved<V>> {
  return { write: (sight) => ({ set: renderFields(values, sight) }) };
}

/** Publishes an event. */
export function emit(
  type: string,
  event: { readonly data?: AnyValue; readonly correlation?: Value<string> } = {},
): StepBody<EventResult> {
  return { write: (sight) => ({ emit: { type, ...renderFields(event, sight) } }) };
}

/** Fails the run, or the scope around it. */
export function fail(
  type: string,
  message: Value<string>,
  details?: AnyValue,
): StepBody<JsonValue> {
  return {
    write: (sight) => ({
      fail: {
        type,
        message: render(message, sight) as string, // as: a text renders to text
        ...renderFields({ details }, sight),
      },
    }),
  };
}

/** Ends the run now, with this output. */
export function stop(output?: AnyValue): StepBody<JsonValue> {
  return { write: (sight) => ({ stop: renderFields({ output }, sight) }) };
}
