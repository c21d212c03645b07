import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import { hasExpression, inspectExpression, parseTemplate } from "../../../expressions/index.ts";
import type { StepKind } from "../../plan.ts";
import type { WiredModel } from "../model/model.ts";
import type { ScopeNode, StepNode } from "../model/step-node.ts";
import { infer, type Names } from "./infer.ts";
import { shapeOf, typeOfValue, type Shape } from "./json-type.ts";

const closed = (properties: Readonly<Record<string, JsonObject>>): Shape =>
  shapeOf({ type: "object", properties, additionalProperties: false });

const TEXT = { type: "string" } as const;
const WHOLE = { type: "integer" } as const;
const ANY = {} as const;

const RUN = closed({ exitCode: WHOLE, stdout: TEXT, stderr: TEXT, json: ANY });
const HTTP = closed({ status: WHOLE, headers: { type: "object" }, body: ANY });
const EVENT = closed({ id: TEXT, type: TEXT, time: TEXT, data: ANY, correlation: TEXT });
const DECISION = closed({
  decision: TEXT,
  comment: { type: ["string", "null"] },
  by: { type: ["string", "null"] },
  input: ANY,
  byDefault: { type: "boolean" },
});

/** How a step looks from an expression, for the part of it that is not its output. */
const ERROR = { type: "object", properties: { type: TEXT, message: TEXT, details: ANY } } as const;

/** The shape of every step's output, as far as the document tells. */
export interface StepShapes {
  /** The whole view: `{ output, status, error, items }`. */
  readonly viewOf: (step: StepNode) => Shape;
  readonly itemOf: (step: StepNode) => Shape | undefined;
  /** What a foreach goes through. */
  readonly listOf: (step: StepNode) => Shape | undefined;
}

/** Computes the shapes of all steps, needs first, so that no chain of steps costs stack. */
export function inferStepShapes(model: WiredModel): StepShapes {
  const views = new Map<StepNode, Shape>();
  const lists = new Map<StepNode, Shape | undefined>();
  const shapes: StepShapes = {
    viewOf: (step) => views.get(step) ?? viewShape(step, undefined),
    itemOf: (step) => itemsIn(lists.get(step)),
    listOf: (step) => lists.get(step),
  };
  // Outer scopes come before inner ones, so what a nested step reads from around it is known.
  for (const scope of model.scopes) {
    for (const step of model.orderOf(scope)) {
      const names = namesFor(model, step, shapes);
      if (step.step.foreach) lists.set(step, templateShape(step.step.foreach.items, names));
      views.set(step, viewShape(step, outputShape(step, names, model)));
    }
  }
  return shapes;
}

/** What names mean to a step. */
export function namesFor(
  model: WiredModel,
  owner: StepNode | undefined,
  shapes: StepShapes,
): Names {
  return (root, step) => {
    if (root === "input") return model.document.input && shapeOf(model.document.input);
    if (root === "index" || root === "iteration") return shapeOf({ type: "integer" });
    if (root === "item" && owner) return itemAround(owner, shapes);
    if (root !== "steps" || step === undefined) return undefined;
    return stepShape(model, owner, step, shapes);
  };
}

function stepShape(
  model: WiredModel,
  owner: StepNode | undefined,
  id: string,
  shapes: StepShapes,
): Shape | undefined {
  const candidates = model.byId.get(id);
  const target = candidates?.length === 1 ? candidates[0] : undefined;
  if (target === undefined) return undefined;
  return isRepeated(target) && holds(target, owner) ? UNKNOWN : shapes.viewOf(target);
}

/** What replaces or undoes one instance of a step reads that instance where it names the step, not all of them. */
function holds(target: StepNode, owner: StepNode | undefined): boolean {
  for (let at = owner; at; at = at.scope.owner) if (at === target) return true;
  return false;
}

function isRepeated({ step }: StepNode): boolean {
  return step.foreach !== undefined || step.on !== undefined;
}

/** Whether names mean something else to this step than to others. */
export function isOwnReading(owner: StepNode | undefined, step: JsonValue | undefined): boolean {
  for (let at = owner; at; at = at.scope.owner) if (at.id === step) return isRepeated(at);
  return false;
}

function itemAround(owner: StepNode, shapes: StepShapes): Shape | undefined {
  for (let at: StepNode | undefined = owner; at; at = at.scope.owner) {
    if (at.step.foreach) return shapes.itemOf(at);
  }
  return undefined;
}

function itemsIn(list: Shape | undefined): Shape | undefined {
  const items = list?.schema["items"];
  return list && isJsonObject(items) ? { schema: items, root: list.root } : undefined;
}

function viewShape(node: StepNode, output: Shape | undefined): Shape {
  const isEach = isRepeated(node);
  if (output === undefined) return isEach ? UNKNOWN_EACH : UNKNOWN;
  return viewOf(output, isEach);
}

function viewOf(output: Shape | undefined, isEach: boolean): Shape {
  const root = output?.root ?? {};
  // References inside the output's schema point into its own root, which becomes that of the view.
  return {
    root,
    schema: {
      type: "object",
      properties: {
        output: output?.schema ?? {},
        status: TEXT,
        error: ERROR,
        items: isEach ? { type: "array" } : { type: ["array", "null"] },
      },
      additionalProperties: false,
    },
  };
}

const UNKNOWN = viewOf(undefined, false);
const UNKNOWN_EACH = viewOf(undefined, true);

function outputShape(node: StepNode, names: Names, model: WiredModel): Shape | undefined {
  const { step } = node;
  // What a fallback gives may look different.
  if (step.fallback !== undefined) return undefined;
  const one = oneOutput(node, names, model);
  const perEvent = step.foreach === undefined ? one : listOf(one);
  return step.on === undefined ? perEvent : listOf(perEvent);
}

function listOf(one: Shape | undefined): Shape {
  return { schema: { type: "array", items: one?.schema ?? {} }, root: one?.root ?? {} };
}

function oneOutput(node: StepNode, names: Names, model: WiredModel): Shape | undefined {
  const { step } = node;
  if (step.outputSchema) return shapeOf(step.outputSchema);
  if (step.output !== undefined) return templateShape(step.output, names);
  return kindShape(node, names, model);
}

/** Kinds whose output always looks the same. */
const FIXED: Partial<Readonly<Record<StepKind, Shape>>> = {
  run: RUN,
  http: HTTP,
  emit: EVENT,
  approval: DECISION,
};

function kindShape(node: StepNode, names: Names, model: WiredModel): Shape | undefined {
  const { step, kind } = node;
  switch (kind) {
    case "waitFor":
      return step.waitFor?.onTimeout === "continue" ? undefined : EVENT;
    case "set":
      return step.set && templateShape(step.set, names);
    case "agent":
      return step.handoff === true
        ? undefined
        : optional(model.roles.get(step.agent ?? "")?.outputSchema);
    case "call":
      return optional(model.known.functions?.get(step.call ?? "")?.output);
    case "group":
    case "loop":
      return scopeShape(node.inner.find(({ part }) => part === "body"));
    default:
      return FIXED[kind];
  }
}

function optional(schema: JsonObject | undefined): Shape | undefined {
  return schema && shapeOf(schema);
}

/** A scope gives `{ <step id>: output }`; what is in them is known only when its steps are. */
function scopeShape(scope: ScopeNode | undefined): Shape | undefined {
  if (scope === undefined) return undefined;
  return closed(Object.fromEntries(scope.steps.map(({ id }) => [id, ANY])));
}

/** Deepest templated value that is looked into. */
const DEEPEST = 64;

/** The shape of a templated value. */
export function templateShape(value: JsonValue, names: Names, depth = 0): Shape | undefined {
  if (typeof value === "string") return textShape(value, names);
  if (!isJsonObject(value) || depth > DEEPEST) return shapeOf({ type: typeOfValue(value) });
  const properties: Record<string, JsonObject> = {};
  for (const [key, inner] of Object.entries(value)) {
    const shape = templateShape(inner, names, depth + 1);
    properties[key] = shape && shape.schema === shape.root ? shape.schema : {};
  }
  return closed(properties);
}

function textShape(text: string, names: Names): Shape | undefined {
  if (!hasExpression(text)) return shapeOf({ type: "string" });
  const parsed = parseTemplate(text);
  // What is wrong with it is reported; nothing is known of such a value.
  if (!parsed.ok) return undefined;
  if (!("expr" in parsed.value)) return shapeOf({ type: "string" });
  const { node } = inspectExpression(parsed.value.expr);
  return node && infer(node, names);
}
