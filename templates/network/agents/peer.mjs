/**
 * One peer's turn: takes in a message, and decides what to tell which neighbour. This one passes on what is news to it
 * (gossip), so in the end everybody knows everything. Ask a model here: its memory and the message in, messages out.
 */
import { json } from "node:stream/consumers";

const { input } = await json(process.stdin);
const { peer, everybody, message } = input;
// facts: who was first to know it -> what it is; log: from whom something was heard, in order.
const memory = input.memory ?? { name: peer.name, facts: {}, log: [] };

const told = message === null ? { [peer.name]: peer.knows } : message.facts;
const news = Object.fromEntries(Object.entries(told).filter(([who]) => !(who in memory.facts)));
const next = {
  ...memory,
  facts: { ...memory.facts, ...news },
  log: message === null ? memory.log : [...memory.log, message.from],
};
const hasNews = Object.keys(news).length > 0;
const messages = peer.neighbours
  .filter((to) => hasNews && to !== message?.from)
  .map((to) => ({ from: peer.name, to, facts: news }));
// A peer leaves when nothing is left to hear; what it just learned it has passed on before.
const done = everybody.every((name) => name in next.facts);
process.stdout.write(JSON.stringify({ peer: peer.name, memory: next, messages, done }));
