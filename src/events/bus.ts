import type { JsonObject, JsonValue } from "../core/index.ts";

/** A fact as its publisher states it. */
export interface NewEvent {
  /** Dotted words: `order.paid`. */
  readonly type: string;
  readonly data?: JsonValue;
  /** Chosen by a publisher that may repeat itself (a retried activity): the same id is one event. Default: random. */
  readonly id?: string;
  /** Who says so: a run, a hook, a program. */
  readonly source?: string;
  /** Groups what belongs together. */
  readonly correlation?: string;
  /** The id of the event that this one follows from. */
  readonly causation?: string;
  /** After this long it is of no use: what was not delivered by then never is. 0 = already. */
  readonly ttlMs?: number;
}

/** A published fact. Plain JSON, since it travels to runs and hooks. */
export interface BusEvent extends JsonObject {
  readonly id: string;
  readonly type: string;
  readonly data: JsonValue;
  readonly source: string | null;
  readonly correlation: string | null;
  readonly causation: string | null;
  /** Strictly increasing over all events; gaps are normal. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly publishedAt: string;
  readonly expiresAt: string | null;
}

/** What to do with an event for a subscription that already has `capacity` undelivered ones. */
export type Overflow = "drop_oldest" | "drop_newest" | "block" | "reject";

export interface NewSubscription {
  readonly name: string;
  /** Event globs; one that fits is enough. */
  readonly globs: readonly string[];
  /** What kind of consumer takes its deliveries: the key into the handlers of a dispatcher. */
  readonly kind: string;
  /** What that consumer needs to know: which run to signal, which pattern to start, ... */
  readonly target?: JsonObject;
  /** Undelivered events it may have. Default: no limit, so that nothing is ever lost. */
  readonly capacity?: number;
  /** @default "reject" */
  readonly overflow?: Overflow;
  /** Deliveries of one event before it becomes a dead letter. @default 5 */
  readonly maxAttempts?: number;
  /** Doubles with each attempt up to `maxRetryDelayMs`. @default 1000 */
  readonly retryDelayMs?: number;
  /** @default 60_000 */
  readonly maxRetryDelayMs?: number;
  /** A live subscriber says how long it counts as alive without a sign of life (`claim`, `renew`). Default: for ever. */
  readonly leaseMs?: number;
}

export interface Subscription {
  readonly name: string;
  readonly globs: readonly string[];
  readonly kind: string;
  readonly target: JsonObject;
  readonly capacity?: number;
  readonly overflow: Overflow;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly maxRetryDelayMs: number;
  readonly leaseMs?: number;
  readonly createdAt: Date;
}

export interface Published {
  readonly event: BusEvent;
  /** False when an event of this id was published before; then nothing was done. */
  readonly created: boolean;
  /** Names of the subscriptions that it was queued for. */
  readonly queuedFor: readonly string[];
  /** Names of the full subscriptions that did not get it (`drop_newest`). */
  readonly droppedFor: readonly string[];
  /** Nobody was there to take it: it waits among the dead letters for redelivery. */
  readonly isDeadLetter: boolean;
}

/** One event on its way to one subscription, held by whoever claimed it until the lease ends. */
export interface Delivery {
  readonly event: BusEvent;
  readonly subscription: string;
  readonly kind: string;
  readonly target: JsonObject;
  /** 1 for the first. */
  readonly attempt: number;
  /** Proves the claim. */
  readonly claim: string;
}

export interface ClaimRequest {
  /** Kinds of subscriptions to serve, or names of them. At least one of the two. */
  readonly kinds?: readonly string[];
  readonly subscriptions?: readonly string[];
  readonly limit: number;
  /** How long until an unacknowledged delivery is delivered again. */
  readonly leaseMs: number;
}

export interface DeadLetter {
  readonly id: number;
  readonly event: BusEvent;
  /** Absent when there was no subscriber at all. */
  readonly subscription?: string;
  readonly reason: "noSubscriber" | "attemptsExhausted";
  readonly error?: string;
  readonly attempts: number;
  /** How often it had been redelivered before it died again. */
  readonly redeliveries: number;
  readonly diedAt: Date;
}

export interface EventFilter {
  /** Event glob. */
  readonly glob?: string;
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
  readonly correlation?: string;
  readonly causation?: string;
  /** Only events after this sequence number: for reading on. */
  readonly after?: number;
  /** @default "newestFirst"; of one correlation "oldestFirst" */
  readonly order?: "newestFirst" | "oldestFirst";
  /** @default 100 */
  readonly limit?: number;
}

export interface DeadLetterFilter {
  readonly subscription?: string;
  readonly glob?: string;
  readonly ids?: readonly number[];
  /** @default 100 */
  readonly limit?: number;
}

export interface Retention {
  /** Events published before this moment are deleted. */
  readonly before?: Date;
  /** Only this many events, the newest, are kept. */
  readonly keepNewest?: number;
}

/** What this process did since it made the bus. */
export interface BusCounters {
  readonly published: number;
  readonly duplicates: number;
  readonly rateLimited: number;
  readonly rejected: number;
  readonly blocked: number;
  readonly droppedNewest: number;
  readonly droppedOldest: number;
  readonly noSubscriber: number;
}

export interface TypeCount {
  readonly type: string;
  readonly count: number;
}

export interface Backlog {
  readonly subscription: string;
  /** Events that were not acknowledged yet, claimed ones included. */
  readonly undelivered: number;
  readonly deadLetters: number;
}

/**
 * Events in PostgreSQL. Each event is queued for every subscription whose globs fit when it is published, in the same
 * statement that stores it, and delivered at least once: until it is acknowledged, has expired, or has failed
 * `maxAttempts` times and becomes a dead letter. Deliveries start in order of publication; retries and several
 * consumers can overtake. All methods throw the registry's `REGISTRY_UNAVAILABLE` and `SCHEMA_OUTDATED`.
 */
export interface EventBus {
  /**
   * @throws HeddleError `EVENT_INVALID`, `EVENT_RATE_LIMITED`, `EVENT_REJECTED` (a full subscription rejects),
   *   `EVENT_BLOCKED` (a full subscription blocked for too long)
   */
  publish(event: NewEvent): Promise<Published>;
  /** Makes the subscription, or changes the one of this name; what is queued for it stays. @throws HeddleError `SUBSCRIPTION_INVALID` */
  subscribe(subscription: NewSubscription): Promise<Subscription>;
  /** Drops what is queued for it. False when there was none of that name. */
  unsubscribe(name: string): Promise<boolean>;
  /** Live ones only: those whose lease ended are gone. */
  listSubscriptions(kind?: string): Promise<readonly Subscription[]>;
  /** Takes deliveries that are due, oldest event first. Nobody else gets them until the lease ends. */
  claim(request: ClaimRequest): Promise<readonly Delivery[]>;
  /** Ends a delivery. False when the claim was lost: the lease ended and somebody else has it, or it is done. */
  acknowledge(delivery: Delivery): Promise<boolean>;
  /** Holds a claim for longer. False when it was lost. */
  extend(delivery: Delivery, leaseMs: number): Promise<boolean>;
  /** Gives a delivery back: it is tried again after the subscription's delay, or becomes a dead letter. */
  reject(delivery: Delivery, error: string): Promise<"retried" | "dead" | "lost">;
  /** A sign of life of a live subscriber. False when it is gone: subscribe again. */
  renew(name: string): Promise<boolean>;
  listEvents(filter?: EventFilter): Promise<readonly BusEvent[]>;
  findEvent(id: string): Promise<BusEvent | undefined>;
  /** Newest first. */
  listDeadLetters(filter?: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  /**
   * Queues dead letters again, for their own subscription, or for whoever subscribes now when there was none. Those
   * that still have no taker, or have expired, stay. Returns how many were queued.
   */
  redeliver(filter?: DeadLetterFilter): Promise<number>;
  /** Deletes events that no delivery and no dead letter needs any more. Returns how many. */
  prune(retention: Retention): Promise<number>;
  /** Deletes dead letters of before a moment. Returns how many. */
  pruneDeadLetters(before: Date): Promise<number>;
  countByType(glob?: string): Promise<readonly TypeCount[]>;
  readBacklogs(): Promise<readonly Backlog[]>;
  counters(): BusCounters;
}
