import type { JsonObject, JsonValue, Typed } from "../../core/index.ts";
import type { PatternDocument, RoleDocument } from "../document.ts";
import type { InputArgs } from "./bodies.ts";
import type { StepBody } from "./body.ts";
import { makeRef, type Ref, type RefOf, type Root } from "./ref.ts";
import { toJsonSchema, type GivenBy, type Schema, type TakenBy } from "./schema.ts";
import { createStepList, type AddStep } from "./steps.ts";
import { render, renderFields, type AnyValue, type Resolved } from "./value.ts";

/** A role whose schemas type what it takes and gives. */
export type TypedRole = Omit<RoleDocument, "inputSchema" | "outputSchema"> & {
  readonly inputSchema?: Schema;
  readonly outputSchema?: Schema;
};
type Roles = Readonly<Record<string, TypedRole>>;

/** All of a pattern but its steps and its output. */
export type PatternHead<Input extends Schema, Agents extends Roles | undefined> = Omit<
  PatternDocument,
  "heddle" | "input" | "agents" | "output" | "steps" | "parameters"
> & { readonly input?: Input; readonly agents?: Agents };

/** What every run knows about itself. */
export interface RunView {
  readonly id: string;
  readonly workflowId: string;
  readonly pattern: string;
  readonly version: string;
  readonly session: string | null;
  readonly workspace: string;
  readonly outputDir: string;
  readonly startedAt: string;
}

/** What a pattern's steps are written with. */
export interface PatternScope<Input, Agents extends Roles | undefined> {
  readonly input: Ref<Input>;
  readonly state: Ref<Readonly<Record<string, JsonValue>>>;
  readonly run: Ref<RunView>;
  readonly step: AddStep;
  /** A step of one of the roles; an expression may choose which. */
  readonly agent: <Role extends keyof Agents & string>(
    role: Role | RefOf<Role>,
    ...input: InputArgs<TakenBy<SchemaOf<Agents[Role], "inputSchema">>>
  ) => StepBody<GivenBy<SchemaOf<Agents[Role], "outputSchema">>>;
}

type SchemaOf<Role, Key extends "inputSchema" | "outputSchema"> =
  Role extends Readonly<Record<Key, infer S>> ? S : undefined;

/** The document, and for the compiler what runs of it take and give. */
export type TypedPattern<Input, Output> = PatternDocument & Typed<Input, Output>;

/**
 * Defines a pattern whose references are typed: a step that is not there, a field that is not given and an argument of the
 * wrong type do not compile. What comes out is the document that YAML would give.
 *
 * @example
 * export default pattern(
 *   { name: "review", version: "1.0.0", input: z.object({ files: z.array(z.string()) }) },
 *   ({ input, step }) => {
 *     const lint = step("lint", run("npm run lint"), { onError: "continue" });
 *     const merge = step("merge", call(mergeVerdicts, { lint: lint.output, files: input.files }), { join: "done" });
 *     return merge.output;
 *   },
 * );
 */
export function pattern<
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function may give an output, or return nothing
  const V extends AnyValue | void,
  Input extends Schema = JsonObject,
  const Agents extends Roles | undefined = undefined,
>(
  head: PatternHead<Input, Agents>,
  build: (scope: PatternScope<GivenBy<Input>, Agents>) => V,
): TypedPattern<TakenBy<Input>, V extends AnyValue ? Resolved<V> : JsonValue> {
  const { name, version, input, agents, ...rest } = head;
  const root: Root = {};
  const list = createStepList({ sees: (one) => one === root });
  const output = build({
    input: makeRef("input", [root]),
    state: makeRef("state", [root]),
    run: makeRef("run", [root]),
    step: list.step,
    agent: (role, ...[given]) => ({
      write: (sight) => ({
        agent: render(role, sight) as string, // as: a role's name renders to itself, and a reference to text
        ...renderFields({ with: given }, sight),
      }),
    }),
  });
  return {
    heddle: "v1",
    name,
    version,
    ...rest,
    ...(input === undefined ? {} : { input: toJsonSchema(input) }),
    ...(agents === undefined ? {} : { agents: writeRoles(agents) }),
    ...(output === undefined ? {} : { output: render(output, list.sight) }),
    steps: list.steps,
  };
}

function writeRoles(roles: Roles): Readonly<Record<string, RoleDocument>> {
  return Object.fromEntries(
    Object.entries(roles).map(([id, { inputSchema, outputSchema, ...role }]) => [
      id,
      {
        ...role,
        ...schemaOf("inputSchema", inputSchema),
        ...schemaOf("outputSchema", outputSchema),
      },
    ]),
  );
}

function schemaOf<Key extends string>(
  key: Key,
  schema: Schema | undefined,
): Partial<Record<Key, JsonObject>> {
  return schema === undefined ? {} : ({ [key]: toJsonSchema(schema) } as Record<Key, JsonObject>); // as: a computed key widens to string
}
