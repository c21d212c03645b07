import { HeddleError, type JsonValue } from "../../core/index.ts";

declare const VALUE: unique symbol;

/** Stands for a value that only a run knows. `T` exists for the compiler: at run time there is the expression's text. */
export interface RefOf<out T> {
  readonly [VALUE]: T;
}

/** A typed reference: its fields are references into it. What may be null or absent has no fields. */
export type Ref<T> = RefOf<Known<T>> & Fields<Known<T>>;

/** Nothing is known of it, but what travels is JSON. */
export type Known<T> = unknown extends T ? JsonValue : T;

type Fields<T> = [T] extends [readonly unknown[]]
  ? unknown
  : [T] extends [object]
    ? { readonly [K in keyof T as DeclaredKey<K>]-?: Ref<FieldOf<T, K>> }
    : unknown;

/** Keys of a record may be missing, so they are read with `at`, as the elements of lists are. */
type DeclaredKey<K> = K extends string ? (string extends K ? never : K) : never;

type FieldOf<T, K extends keyof T> =
  Pick<T, K> extends Required<Pick<T, K>> ? T[K] : T[K] | undefined;

/** What a reference starts at: the input, a step, an item. `name` for those of which an inner one hides an outer one. */
export interface Root {
  readonly name?: "item" | "index" | "iteration" | "event" | "output";
}

/** What a reference is made of. */
export interface RefParts {
  /** CEL that can be followed by `.field`. */
  readonly cel: string;
  /** What it can be read with when it may be absent. */
  readonly optionalCel: string;
  /** Things that have to be visible where it is written: the input, steps, items. */
  readonly roots: readonly Root[];
  /** Text with expressions in it, which a document writes without an expression around it. */
  readonly template?: string;
}

const parts = new WeakMap<object, RefParts>();

/** The parts of a reference; undefined for any other value. */
export function partsOf(value: unknown): RefParts | undefined {
  return typeof value === "object" && value !== null ? parts.get(value) : undefined;
}

/** Makes a reference out of an expression. */
export function makeRef<T>(
  cel: string,
  roots: readonly Root[],
  { optionalCel = `optional.of(${cel})`, template }: Partial<RefParts> = {},
): Ref<T> {
  const children = new Map<string, unknown>();
  const ref = new Proxy(
    {},
    {
      get: (_target, key) => {
        if (key === "toJSON" || key === Symbol.toPrimitive) return () => refuseText(cel);
        if (typeof key === "symbol") return undefined;
        if (!children.has(key)) children.set(key, child(cel, key, roots));
        return children.get(key);
      },
      // Copying it with `...` would silently give nothing.
      ownKeys: () => refuseText(cel),
      set: () => false,
    },
  );
  parts.set(ref, { cel, optionalCel, roots, ...(template === undefined ? {} : { template }) });
  // as: fields come from the proxy, and the value itself from the type alone
  return ref as unknown as Ref<T>;
}

/** A reference to a field or an element. */
export function child(cel: string, key: string | number, roots: readonly Root[]): Ref<unknown> {
  return typeof key === "string" && FIELD.test(key) && !RESERVED.has(key)
    ? makeRef(`${cel}.${key}`, roots, { optionalCel: `${cel}.?${key}` })
    : makeRef(`${cel}[${literal(key)}]`, roots, { optionalCel: `${cel}[?${literal(key)}]` });
}

/** A value as CEL writes it. Braces and dollars are escaped, so that no text can end the expression around it. */
export function literal(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(
    /[{}$]/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`,
  );
}

const FIELD = /^[A-Za-z_]\w*$/;
/** Words of CEL that are no field names after a dot. */
const RESERVED: ReadonlySet<string> = new Set(["true", "false", "null", "in"]);

function refuseText(cel: string): never {
  throw new HeddleError(
    "REFERENCE_IS_NO_VALUE",
    `\${{ ${cel} }} is a reference: only a run knows its value.`,
    { hint: "Put it into text with text`...`, calculate with expr`...`, hand it on as it is." },
  );
}
