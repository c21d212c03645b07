import { z } from "zod";

import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import type { HookEvent } from "../../hook.ts";
import type { HookStore } from "../../hook-store.ts";
import { readPath } from "../../match-event.ts";
import type { Outcome } from "../../outcome.ts";
import { defineBuiltin } from "./builtin.ts";
import { componentOf } from "./event-facts.ts";
import { changeOnce } from "./once.ts";

/** USD per thousand tokens. */
const PriceSchema = z.strictObject({ input: z.number().min(0), output: z.number().min(0) });

const CostOptions = z.strictObject({
  /** Prices by `provider/model`. A model without a price costs nothing and stops nothing. */
  prices: z.record(z.string().min(1), PriceSchema),
  /** Dotted path, in the event, of `{ provider, model, inputTokens, outputTokens, user? }`. */
  usage: z.string().min(1).default("step.output.usage"),
  /** Totals in USD that are told of; with `blocks` the operation after it is refused. */
  alerts: z
    .array(z.strictObject({ usd: z.number().gt(0), blocks: z.boolean().default(false) }))
    .default([
      { usd: 10, blocks: false },
      { usd: 50, blocks: false },
      { usd: 100, blocks: true },
    ]),
});
type CostOptions = z.output<typeof CostOptions>;

/** Adds up what models cost, by component, user and model; refuses more work once a blocking alert is reached. */
export const costTracking = defineBuiltin({
  name: "cost-tracking",
  summary: "Adds up what models cost and refuses more work above a total.",
  points: ["step.before", "step.after"],
  options: CostOptions,
  async run(call) {
    const { event, options, store } = call;
    const key = keyOf(event.hook);
    if (event.point === "step.before")
      return judge(readCosts(await store.read(key)).total, options, "before");
    const usage = readUsage(event, options.usage);
    const price = usage === undefined ? undefined : options.prices[usage.model];
    if (usage === undefined || price === undefined) return { outcome: "continue" };
    const usd = (usage.input * price.input + usage.output * price.output) / 1000;
    const { kept } = await changeOnce(call, key, (current) => ({
      next: add(readCosts(current), event, usage, usd),
      answer: null,
    }));
    return judge(readCosts(kept).total, options, "after", usd);
  },
});

export interface Costs extends JsonObject {
  /** USD. */
  readonly total: number;
  readonly byComponent: JsonObject;
  readonly byUser: JsonObject;
  readonly byModel: JsonObject;
}

/** What a cost hook has added up, in USD. */
export async function readTotals(store: HookStore, hook: string): Promise<Costs> {
  return readCosts(await store.read(keyOf(hook)));
}

interface Usage {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly user: string;
}

function readUsage(event: HookEvent, path: string): Usage | undefined {
  // as: an event is plain JSON, which its interface cannot say
  const usage = readPath(event as unknown as JsonValue, path);
  if (!isJsonObject(usage)) return undefined;
  const { provider, model, inputTokens, outputTokens, user } = usage;
  if (typeof provider !== "string" || typeof model !== "string") return undefined;
  return {
    model: `${provider}/${model}`,
    input: typeof inputTokens === "number" ? inputTokens : 0,
    output: typeof outputTokens === "number" ? outputTokens : 0,
    user: typeof user === "string" ? user : "unknown",
  };
}

/** The work that crossed the line is done: only what comes after it can be refused. */
function judge(
  total: number,
  { alerts }: CostOptions,
  moment: "before" | "after",
  usd?: number,
): Outcome {
  const reached = alerts
    .filter((alert) => total >= alert.usd)
    .toSorted((left, right) => right.usd - left.usd);
  const blocking = reached.find((alert) => alert.blocks);
  const spent = `${formatUsd(total)} spent${usd === undefined ? "" : `, ${formatUsd(usd)} by this`}`;
  if (moment === "before" && blocking !== undefined)
    return {
      outcome: "cancel",
      reason: `${spent}: the limit of ${formatUsd(blocking.usd)} is reached.`,
    };
  const [highest] = reached;
  const alert = highest === undefined ? "" : `; alert: ${formatUsd(highest.usd)} reached`;
  return { outcome: "continue", message: `${spent}${alert}` };
}

function formatUsd(usd: number): string {
  return `${Number(usd.toFixed(6))} USD`;
}

function add(costs: Costs, event: HookEvent, usage: Usage, usd: number): Costs {
  return {
    total: costs.total + usd,
    byComponent: increase(costs.byComponent, componentOf(event), usd),
    byUser: increase(costs.byUser, usage.user, usd),
    byModel: increase(costs.byModel, usage.model, usd),
  };
}

function increase(totals: JsonObject, key: string, usd: number): JsonObject {
  const before = totals[key];
  return { ...totals, [key]: (typeof before === "number" ? before : 0) + usd };
}

function readCosts(stored: JsonValue | undefined): Costs {
  const { total, byComponent, byUser, byModel } = isJsonObject(stored) ? stored : {};
  const record = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
  return {
    total: typeof total === "number" ? total : 0,
    byComponent: record(byComponent),
    byUser: record(byUser),
    byModel: record(byModel),
  };
}

function keyOf(hook: string): string {
  return `cost-tracking:${hook}`;
}
