/** State-based patterns, cancellation, iteration, termination and triggers. */
import { expect } from "vitest";
import type { ControlFlowCase } from "./case.ts";

export const STATE: readonly ControlFlowCase[] = [
  {
    number: "10",
    says: "goes round the cycle from its first way in to its second way out",
    input: { enter: "write", withdraw: false },
    trace: [
      ...["enter", "at[0]", "write[0]", "write_next[0]", "at[1]", "review[1]", "review_next[1]"],
      ...["at[2]", "write[2]", "write_next[2]", "at[3]", "review[3]", "review_next[3]"],
      ...["at[4]", "publish[4]"],
    ],
  },
  {
    number: "10",
    says: "goes round the cycle from its second way in to its first way out",
    input: { enter: "review", withdraw: true },
    trace: [
      ...["enter", "at[0]", "review[0]", "review_next[0]", "at[1]", "write[1]", "write_next[1]"],
      ...["at[2]", "withdraw[2]"],
    ],
  },
  { number: "11", says: "ends when nothing is left to do", trace: ["thank", "archive"] },
  {
    number: "16",
    says: "takes the way whose event comes first and closes the other",
    drive: async ({ waiting, event }) => {
      await waiting("call");
      await event("customer.called");
      await waiting("agent", "manager");
      await event("manager.free");
    },
    trace: ["call", "agent begins", "manager", "escalate", "help skipped", "agent cancelled"],
  },
  {
    number: "16",
    says: "takes one way alone when both events are there already",
    drive: async ({ waiting, event }) => {
      await waiting("call");
      await event("agent.free");
      await event("manager.free");
      await event("customer.called");
    },
    trace: ["call", "agent", "manager begins", "help", "escalate skipped", "manager cancelled"],
  },
  {
    number: "17",
    says: "runs one at a time, each after what it needs",
    trace: ["blood", "weight", "result", "letter"],
  },
  {
    number: "18",
    says: "lets the seat be changed between the sale and the closing of the gate",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("sell");
      await event("ticket.sold");
      await waiting("request[0]", "close");
      await event("seat.requested", "12A");
      await succeeded("change[0]");
      await waiting("request[1]");
      await event("gate.closed");
    },
    trace: [
      ...["sell", "close begins", "request[0]", "change[0]", "request[1] begins", "close ends"],
      ...["board", "changes cancelled", "request[1] cancelled", "change[1] cancelled"],
    ],
  },
  {
    number: "18",
    says: "serves a request that came too early only after the sale",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("sell");
      await event("seat.requested", "1A");
      await waiting("sell");
      await event("ticket.sold");
      await succeeded("change[0]");
      await event("gate.closed");
    },
    trace: [
      ...["sell", "close begins", "request[0]", "change[0]", "request[1] begins", "close ends"],
      ...["board", "changes cancelled", "request[1] cancelled", "change[1] cancelled"],
    ],
  },
  {
    number: "19",
    says: "takes the step back and goes on without it",
    drive: async ({ waiting, event }) => {
      await waiting("assess", "withdraw");
      await event("claim.withdrawn");
    },
    trace: ["assess begins", "withdraw", "close", "pay skipped", "assess cancelled"],
  },
  {
    number: "20",
    says: "cancels what runs and undoes what was done, when it is cancelled from outside",
    drive: async ({ waiting, handle }) => {
      await waiting("stay", "flood");
      await handle.cancel();
    },
    status: "cancelled",
    trace: [
      ...["reserve", "stay begins", "flood begins", "stay cancelled", "flood cancelled"],
      ...["abandon cancelled", "reserve:compensate compensated"],
    ],
  },
  {
    number: "20",
    says: "cancels what runs and undoes what was done, when a step gives the case up",
    drive: async ({ waiting, event }) => {
      await waiting("stay", "flood");
      await event("hotel.flooded");
    },
    status: "failed",
    trace: [
      ...["reserve", "stay begins", "flood", "abandon failed", "stay cancelled"],
      "reserve:compensate compensated",
    ],
  },
  {
    number: "21",
    says: "asks before a round, or after it",
    input: { rolls: 2 },
    trace: ["bake[0]", "bake[1]", "taste[0]", "taste[1]"],
  },
  {
    number: "21",
    says: "runs a loop that is asked before not at all, and one that is asked after once",
    input: { rolls: 0 },
    trace: ["taste[0]"],
  },
  {
    number: "22",
    says: "calls itself until it need not",
    input: { n: 3 },
    trace: ["smaller"],
    children: { "/smaller": ["smaller"], "/smaller/smaller": ["smaller skipped"] },
    output: 6,
  },
  {
    number: "23",
    says: "loses an answer that comes before it is asked for",
    drive: async ({ waiting, event, approve }) => {
      await waiting("prepare");
      await expect(approve("go")).rejects.toThrow();
      await event("launch.prepared");
      await waiting("go");
      await approve("go");
    },
    trace: ["prepare", "go", "launch"],
  },
  {
    number: "24",
    says: "keeps an event that comes before anybody waits for it",
    drive: async ({ waiting, event }) => {
      await waiting("prepare");
      await event("launch.ordered");
      await event("launch.prepared");
    },
    trace: ["prepare", "go", "launch"],
  },
  {
    number: "25",
    says: "takes back the steps of the region alone, begun or not",
    drive: async ({ cancelled, event }) => {
      await cancelled("search");
      await event("advert.ended");
    },
    trace: [
      ...["search begins", "appraise begins", "sold begins", "advertise begins", "sold ends"],
      ...["search cancelled", "appraise cancelled", "offer cancelled", "advertise ends"],
    ],
  },
  {
    number: "39",
    says: "lets one part end before the other begins, whichever comes first",
    trace: ["check_limit", "pay_deposit", "check_offer", "pay_insurance", "confirm"],
    or: ["check_offer", "pay_insurance", "check_limit", "pay_deposit", "confirm"],
  },
  {
    number: "40",
    says: "runs all, one at a time",
    trace: ["oil", "lights", "brakes", "drive"],
  },
  {
    number: "43",
    says: "ends the run as succeeded although a step still works",
    trace: ["north begins", "south", "found", "north cancelled"],
    output: { found: true },
  },
];
