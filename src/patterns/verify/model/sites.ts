import type { JsonValue } from "../../../core/index.ts";
import type {
  BodyDocument,
  ExecutableDocument,
  HookDocument,
  PatternDocument,
  StepDocument,
} from "../../document.ts";
import type { DocumentPath } from "../../walk.ts";

/**
 * When an expression is evaluated, which decides what it can read:
 * `before` the step runs (so it waits for what it reads), `inside` a scope (sees the nested steps), `after` the raw
 * result is there, `fallback` after it failed, `undo` when a run is taken back, `hook` when a hook is asked, `end` when the run's output is built.
 */
export type Moment =
  "before" | "inside" | "after" | "fallback" | "undo" | "hook" | "end" | "trigger";

/** One place of a document where expressions may stand. */
export interface Site {
  readonly path: DocumentPath;
  readonly value: JsonValue;
  readonly moment: Moment;
  /** A condition may be bare CEL; a template needs `${{ }}`. */
  readonly isCondition: boolean;
  /** Whether `item` and `index` of the step's own foreach exist here. */
  readonly seesItem: boolean;
  /** Whether `event` exists here. */
  readonly seesEvent: boolean;
}

type Traits = Partial<Pick<Site, "moment" | "isCondition" | "seesItem" | "seesEvent">>;
/** The path is put together only for what is there: most steps have few of these fields. */
type Add = (base: DocumentPath, key: string, value: JsonValue | undefined, traits?: Traits) => void;

/** Every site of one step, its nested steps aside. */
export function sitesOfStep(step: StepDocument, path: DocumentPath): readonly Site[] {
  const sites: Site[] = [];
  const each = step.foreach !== undefined;
  const event = step.on !== undefined;
  const add = adder(sites, { seesItem: each, seesEvent: event });

  add(path, "if", step.if, { isCondition: true, seesItem: false });
  if (step.foreach) {
    add([...path, "foreach"], "items", step.foreach.items, { seesItem: false });
    add([...path, "foreach"], "when", step.foreach.when, { isCondition: true });
  }
  add(path, "lock", step.lock);
  if (step.cache) add([...path, "cache"], "key", step.cache.key);
  if (typeof step.on === "object") {
    add([...path, "on"], "match", step.on.match, { isCondition: true, seesEvent: true });
  }
  addExecutable(add, step, path, "before");
  if (step.fallback) addExecutable(add, step.fallback, [...path, "fallback"], "fallback");
  if (step.compensate) addExecutable(add, step.compensate, [...path, "compensate"], "undo");
  addHooks(add, step.hooks, path);
  return sites;
}

/** The sites that belong to no step: output, hooks, triggers, roles' hooks. */
export function sitesOfDocument(document: PatternDocument): readonly Site[] {
  const sites: Site[] = [];
  const add = adder(sites, { seesItem: false, seesEvent: false });
  add([], "output", document.output, { moment: "end" });
  addHooks(add, document.hooks, []);
  for (const [id, role] of Object.entries(document.agents ?? {})) {
    addHooks(add, role.hooks, ["agents", id]);
  }
  document.triggers?.forEach((trigger, index) => {
    const traits: Traits = { moment: "trigger", seesEvent: true };
    add(["triggers", index], "match", trigger.match, { ...traits, isCondition: true });
    add(["triggers", index], "input", trigger.input, traits);
  });
  return sites;
}

const NO_TRAITS: Traits = {};
const AFTER: Traits = { moment: "after" };
const INSIDE: Traits = { moment: "inside" };

function adder(sites: Site[], defaults: Pick<Site, "seesItem" | "seesEvent">): Add {
  return (base, key, value, traits = NO_TRAITS) => {
    if (value === undefined) return;
    const path = [...base, key];
    const { moment = "before", isCondition = false } = traits;
    const { seesItem = defaults.seesItem, seesEvent = defaults.seesEvent } = traits;
    sites.push({ path, value, moment, isCondition, seesItem, seesEvent });
  };
}

function addHooks(add: Add, hooks: readonly HookDocument[] | undefined, path: DocumentPath): void {
  hooks?.forEach((hook, index) => {
    add([...path, "hooks", index], "if", hook.if, {
      moment: "hook",
      isCondition: true,
      seesEvent: true,
    });
  });
}

function addExecutable(
  add: Add,
  body: ExecutableDocument,
  path: DocumentPath,
  moment: "before" | "fallback" | "undo",
): void {
  const traits: Traits = { moment };
  add(path, "with", body.with, traits);
  add(path, "env", body.env, traits);
  add(path, "output", body.output, moment === "before" ? AFTER : traits);
  addAction(add, body, path, traits);
  addControl(add, body, path, traits);
}

/** Kinds that do something. */
function addAction(add: Add, body: BodyDocument, path: DocumentPath, traits: Traits): void {
  add(path, "run", body.run, traits);
  if (body.http) {
    add([...path, "http"], "url", body.http.url, traits);
    add([...path, "http"], "headers", body.http.headers, traits);
    add([...path, "http"], "body", body.http.body, traits);
  }
  add(path, "agent", body.agent, traits);
  add(path, "set", body.set, traits);
  if (body.emit) {
    add([...path, "emit"], "type", body.emit.type, traits);
    add([...path, "emit"], "data", body.emit.data, traits);
    add([...path, "emit"], "correlation", body.emit.correlation, traits);
  }
  if (body.fail) {
    add([...path, "fail"], "message", body.fail.message, traits);
    add([...path, "fail"], "details", body.fail.details, traits);
  }
  if (body.stop) add([...path, "stop"], "output", body.stop.output, traits);
}

/** Kinds that wait, ask or choose. */
function addControl(add: Add, body: BodyDocument, path: DocumentPath, traits: Traits): void {
  const condition: Traits = { ...traits, isCondition: true };
  if (typeof body.wait === "object") add([...path, "wait"], "until", body.wait.until, traits);
  else add(path, "wait", body.wait, traits);
  if (body.waitFor) {
    add([...path, "waitFor"], "match", body.waitFor.match, { ...condition, seesEvent: true });
  }
  if (body.approval) add([...path, "approval"], "prompt", body.approval.prompt, traits);
  body.switch?.cases.forEach((one, index) => {
    add([...path, "switch", "cases", index], "when", one.when, condition);
  });
  if (body.loop) {
    const inside: Traits = { ...condition, ...(traits.moment === "before" ? INSIDE : {}) };
    add([...path, "loop"], "while", body.loop.while, inside);
    add([...path, "loop"], "until", body.loop.until, inside);
  }
}
