import { z } from "zod";
import { checkEventGlob, checkEventType, isJsonObject } from "../core/index.ts";
import type { JsonObject, Result } from "../core/index.ts";
import type { NewEvent, NewSubscription } from "./bus.ts";
import { eventInvalid, filterInvalid, subscriptionInvalid } from "./refusals.ts";

/** @throws HeddleError `EVENT_INVALID` with every problem of the event */
export function parseEvent(event: NewEvent): NewEvent {
  const { data: _data, ...facts } = event;
  const parsed = EventFactsSchema.safeParse(facts);
  if (!parsed.success) throw eventInvalid(problemsOf(parsed.error));
  return event;
}

/** @throws HeddleError `SUBSCRIPTION_INVALID` with every problem of the subscription */
export function parseSubscription(subscription: NewSubscription): Settled {
  const parsed = SubscriptionSchema.safeParse(subscription);
  if (!parsed.success) {
    throw subscriptionInvalid(subscription.name, problemsOf(parsed.error));
  }
  return parsed.data;
}

/** @throws HeddleError `EVENT_FILTER_INVALID` */
export function checkFilter(filter: { readonly glob?: string; readonly limit?: number }): void {
  const { glob, limit } = filter;
  const checked = glob === undefined ? undefined : checkEventGlob(glob);
  if (checked?.ok === false) throw filterInvalid(checked.error);
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw filterInvalid(`Expected a limit that is a whole number of zero or more, got ${limit}`);
  }
}

export type Settled = z.infer<typeof SubscriptionSchema>;

const MAX_NAME_LENGTH = 255;
/** The largest delay that a database interval adds to a date without leaving the calendar. */
const MAX_MS = 10 * 365 * 86_400_000;

const name = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .refine((text) => !text.includes("\u0000"), "may not hold U+0000");
const ms = z.number().min(0).max(MAX_MS);

const EventFactsSchema = z.strictObject({
  type: z.string().superRefine(reporting(checkEventType)),
  id: name.optional(),
  source: name.optional(),
  correlation: name.optional(),
  causation: name.optional(),
  ttlMs: ms.optional(),
});

const SubscriptionSchema = z.strictObject({
  name,
  globs: z.array(z.string().superRefine(reporting(checkEventGlob))).min(1),
  kind: name,
  target: z.custom<JsonObject>(isJsonObject, "Expected a JSON object").default({}),
  capacity: z.int().min(1).max(1_000_000).optional(),
  overflow: z.enum(["drop_oldest", "drop_newest", "block", "reject"]).default("reject"),
  maxAttempts: z.int().min(1).max(1000).default(5),
  retryDelayMs: ms.default(1000),
  maxRetryDelayMs: ms.default(60_000),
  leaseMs: ms.optional(),
});

function reporting(check: (text: string) => Result<string, string>) {
  return (text: string, context: z.RefinementCtx): void => {
    const checked = check(text);
    if (!checked.ok) context.addIssue({ code: "custom", message: checked.error });
  };
}

function problemsOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
