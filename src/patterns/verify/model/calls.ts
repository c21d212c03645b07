import type { JsonObject } from "../../../core/index.ts";
import type { ExecutableDocument, HandlerDocument } from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";
import type { Model } from "./model.ts";
import type { StepNode } from "./step-node.ts";

/** A place that names something outside of the document. */
export interface Call {
  readonly kind: "function" | "pattern" | "role" | "builtin";
  readonly name: string;
  readonly path: DocumentPath;
  /** For messages. */
  readonly who: string;
  /** The step whose own body it is. */
  readonly step?: StepNode;
  /** The names of the points of the hook whose handler it is. */
  readonly on?: string | readonly string[];
  /** Of a builtin. */
  readonly options?: JsonObject;
}

/** Roles that steps name are the model's own business; here are those that hooks ask. */
const STEP_KINDS = {
  function: "call",
  pattern: "pattern",
  role: undefined,
  builtin: undefined,
} as const;

/** Every function, every pattern, or every role of a hook's question that a document calls, by its steps, roles and hooks. */
export function* callsOf(model: Model, kind: Call["kind"]): Generator<Call> {
  for (const call of allCalls(model, kind)) if (call.kind === kind) yield call;
}

function* allCalls(model: Model, wanted: Call["kind"]): Generator<Call> {
  for (const node of model.steps) {
    const { step, path, id } = node;
    if (node.kind === STEP_KINDS[wanted]) yield* bodyCalls(step, path, `Step "${id}"`, node);
    if (step.fallback)
      yield* bodyCalls(step.fallback, [...path, "fallback"], `The fallback of "${id}"`);
    if (step.compensate) {
      yield* bodyCalls(step.compensate, [...path, "compensate"], `The compensation of "${id}"`);
    }
  }
  for (const [id, role] of model.roles) {
    yield* handlerCalls(role.handler, ["agents", id, "handler"], `Role "${id}"`);
  }
  for (const { hook, path } of model.hooks) {
    for (const call of handlerCalls(hook.handler, [...path, "handler"], `Hook "${hook.name}"`))
      yield { ...call, on: hook.on };
  }
}

function* bodyCalls(
  body: ExecutableDocument,
  path: DocumentPath,
  who: string,
  step?: StepNode,
): Generator<Call> {
  const own = step ? { step } : {};
  if (body.call !== undefined) {
    yield { kind: "function", name: body.call, path: [...path, "call"], who, ...own };
  }
  if (body.pattern !== undefined) {
    yield { kind: "pattern", name: body.pattern, path: [...path, "pattern"], who, ...own };
  }
}

/** Composites hold handlers; iterative, they nest as deep as their author likes. */
function* handlerCalls(
  root: HandlerDocument,
  rootPath: DocumentPath,
  who: string,
): Generator<Call> {
  const work: { readonly handler: HandlerDocument; readonly path: DocumentPath }[] = [
    { handler: root, path: rootPath },
  ];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { handler, path } = next;
    if ("function" in handler) {
      yield { kind: "function", name: handler.function, path: [...path, "function"], who };
    } else if ("pattern" in handler) {
      yield { kind: "pattern", name: handler.pattern, path: [...path, "pattern"], who };
    } else if ("builtin" in handler) {
      const { builtin: name, options } = handler;
      const given = options === undefined ? {} : { options };
      yield { kind: "builtin", name, path: [...path, "builtin"], who, ...given };
    } else if ("prompt" in handler) {
      yield { kind: "role", name: handler.role, path: [...path, "role"], who };
    }
    for (const [key, parts] of compositeParts(handler)) {
      parts.forEach((part, at) => work.push({ handler: part, path: [...path, key, at] }));
    }
  }
}

function compositeParts(
  handler: HandlerDocument,
): readonly (readonly [key: string, parts: readonly HandlerDocument[]])[] {
  if ("all" in handler) return [["all", handler.all]];
  if ("parallel" in handler) return [["parallel", handler.parallel]];
  if ("firstMatch" in handler) return [["firstMatch", handler.firstMatch]];
  return "vote" in handler ? [["vote", handler.vote]] : [];
}
