import {
  HeddleError,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../core/index.ts";
import type { HookStore } from "../../hook-store.ts";

/** A message of a person, or of another program, to the agents of a run or session. */
export interface Message {
  readonly id: number;
  readonly content: string;
  readonly source: string;
  /** Agents (roles or step ids) it is for; absent: whoever asks first. */
  readonly targets?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Injected without calling anybody back. */
  readonly quiet?: boolean;
}

/** That an agent got a message. */
export interface Delivery {
  readonly message: Message;
  readonly agent: string;
  readonly at: number;
  /** The firing that delivered it: tried again, it delivers the same. */
  readonly event: string;
}

export interface NewMessage {
  readonly content: string;
  /** @default "human" */
  readonly source?: string;
  readonly targets?: readonly string[];
  readonly quiet?: boolean;
}

interface Box {
  readonly next: number;
  readonly pending: readonly Message[];
  readonly delivered: readonly Delivery[];
}

const KEPT_DELIVERIES = 1000;
const MAX_PENDING = 1000;
/** A box that nobody touches for so long belongs to a run that is over. */
const EXPIRES_IN_MS = 30 * 86_400_000;

/**
 * Queues a message for the agents of a scope (a session's id, or a run's workflow id).
 * @throws HeddleError `MESSAGE_INVALID` when it is empty, names no target in an empty list, or too many wait already
 */
export async function postMessage(
  store: HookStore,
  scope: string,
  { content, source = "human", targets, quiet }: NewMessage,
  now = Date.now(),
): Promise<Message> {
  if (content.trim() === "") throw refused("A message needs content.");
  if (targets?.length === 0)
    throw refused("An empty list of targets reaches nobody; leave it out to reach any agent.");
  return change(store, scope, (box) => {
    if (box.pending.length >= MAX_PENDING)
      throw refused(`${MAX_PENDING} messages wait in ${scope} already.`);
    const message: Message = {
      id: box.next,
      content,
      source,
      at: now,
      ...(targets === undefined ? {} : { targets: [...new Set(targets)] }),
      ...(quiet === undefined ? {} : { quiet }),
    };
    return [{ ...box, next: box.next + 1, pending: [...box.pending, message] }, message];
  });
}

function refused(message: string): HeddleError {
  return new HeddleError("MESSAGE_INVALID", message);
}

/** Takes what waits for an agent. One message for two agents waits for the second until that one asks. */
export async function takeMessages(
  store: HookStore,
  scope: string,
  { agent, event, now }: { readonly agent: string; readonly event: string; readonly now: number },
): Promise<readonly Message[]> {
  return change(store, scope, (box) => {
    const again = box.delivered.filter((one) => one.event === event && one.agent === agent);
    if (again.length > 0) return [box, again.map(({ message }) => message)];
    const mine = box.pending.filter((each) => waitsFor(box, each, agent));
    const delivered = [
      ...box.delivered,
      ...mine.map((message): Delivery => ({ message, agent, at: now, event })),
    ].slice(-KEPT_DELIVERIES);
    const pending = box.pending.filter((each) => !isDone(each, delivered));
    return [{ ...box, pending, delivered }, mine];
  });
}

/** Takes the newest waiting message back; undefined when none waits. */
export async function popLatestMessage(
  store: HookStore,
  scope: string,
): Promise<Message | undefined> {
  return change(store, scope, (box) => [
    { ...box, pending: box.pending.slice(0, -1) },
    box.pending.at(-1),
  ]);
}

/** What waits, for everybody or for one agent, and what was delivered, oldest first. */
export async function readMessages(
  store: HookStore,
  scope: string,
  agent?: string,
): Promise<{ readonly pending: readonly Message[]; readonly delivered: readonly Delivery[] }> {
  const box = readBox(await store.read(keyOf(scope)));
  const pending = box.pending.filter((each) => agent === undefined || waitsFor(box, each, agent));
  return { pending, delivered: box.delivered };
}

function waitsFor(box: Box, message: Message, agent: string): boolean {
  if (message.targets !== undefined && !message.targets.includes(agent)) return false;
  return !box.delivered.some((one) => one.message.id === message.id && one.agent === agent);
}

function isDone({ id, targets }: Message, delivered: readonly Delivery[]): boolean {
  const got = delivered.filter((one) => one.message.id === id).map(({ agent }) => agent);
  return targets === undefined ? got.length > 0 : targets.every((agent) => got.includes(agent));
}

async function change<Result>(
  store: HookStore,
  scope: string,
  work: (box: Box) => readonly [Box, Result],
): Promise<Result> {
  return store.change(keyOf(scope), (current) => {
    const [box, result] = work(readBox(current));
    const next = box as unknown as JsonObject; // as: plain JSON, which interfaces cannot say
    return { next, result, expiresInMs: EXPIRES_IN_MS };
  });
}

function readBox(stored: JsonValue | undefined): Box {
  if (!isJsonObject(stored)) return { next: 1, pending: [], delivered: [] };
  const { next, pending, delivered } = stored;
  return {
    next: typeof next === "number" ? next : 1,
    pending: isJsonArray(pending) ? (pending as unknown as readonly Message[]) : [], // as: written by `change`
    // as: only `change` writes the box
    delivered: isJsonArray(delivered) ? (delivered as unknown as readonly Delivery[]) : [],
  };
}

function keyOf(scope: string): string {
  return `messages:${scope}`;
}
