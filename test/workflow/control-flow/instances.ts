/** Multiple instances. */
import type { ControlFlowCase } from "./case.ts";

export const INSTANCES: readonly ControlFlowCase[] = [
  {
    number: "12",
    says: "goes on beside its instances",
    trace: [
      ...["incident", "record", "notify[0] begins", "notify[1] begins", "notify[2] begins"],
      ...["notify[0] ends", "notify[1] ends", "notify[2] ends"],
    ],
  },
  {
    number: "13",
    says: "goes on when as many as the pattern says have ended",
    trace: [
      ...["sign[0] begins", "sign[1] begins", "sign[2] begins"],
      ...["sign[0] ends", "sign[1] ends", "sign[2] ends", "file"],
    ],
  },
  {
    number: "14",
    says: "makes as many instances as an earlier step says",
    input: { parts: ["5ms", "10ms"] },
    trace: [
      "survey",
      "repair[0] begins",
      "repair[1] begins",
      "repair[0] ends",
      "repair[1] ends",
      "test",
    ],
  },
  {
    number: "14",
    says: "makes none and goes on when there is nothing",
    input: { parts: [] },
    trace: ["survey", "repair", "test"],
  },
  {
    number: "15",
    says: "adds instances while others run, and goes on after all of them",
    input: { found: false },
    drive: async (top) => {
      const second = top.child("more");
      const third = second.child("more");
      await top.waiting("next");
      await top.event("witness.found");
      await second.waiting("next");
      await top.event("hearing.ended");
      await top.succeeded("hear");
      await second.event("witness.found");
      await third.waiting("next");
      await third.event("witness.none");
      await second.succeeded("more");
      await second.event("hearing.ended");
    },
    trace: ["next", "more begins", "hear", "more ends", "trial"],
    children: {
      "/more": ["next", "more begins", "hear begins", "more ends", "hear ends", "trial skipped"],
      "/more/more": ["next", "more skipped", "hear skipped", "trial skipped"],
    },
  },
  {
    number: "26",
    says: "cancels the instances that have not ended, and the step with them",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("abort");
      await succeeded("trial[0]");
      await event("trial.aborted");
    },
    trace: [
      ...["abort begins", "trial[0] begins", "trial[1] begins", "trial[2] begins"],
      ...["trial[0] ends", "abort ends", "approve skipped"],
      ...["trial cancelled", "trial[1] cancelled", "trial[2] cancelled"],
    ],
  },
  {
    number: "27",
    says: "cancels the instances that have not ended, and goes on with the others' results",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("deadline");
      await succeeded("survey[0]");
      await event("survey.closed");
    },
    trace: [
      ...["deadline begins", "survey[0] begins", "survey[1] begins", "survey[2] begins"],
      ...["survey[0] ends", "deadline ends", "evaluate"],
      ...["survey cancelled", "survey[1] cancelled", "survey[2] cancelled"],
    ],
    output: { answers: ["ann"] },
  },
  {
    number: "34",
    says: "goes on after two of three, and the third ends without effect",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("review[0]", "review[1]", "review[2]");
      await event("review.done", 1);
      await event("review.done", 2);
      await succeeded("publish");
      await event("review.done", 3);
    },
    trace: [
      ...["review[0] begins", "review[1] begins", "review[2] begins"],
      ...["review[0] ends", "review[1] ends", "publish", "review[2] ends"],
    ],
  },
  {
    number: "35",
    says: "cancels the rest when two have ended",
    trace: [
      ...["ask[0] begins", "ask[1] begins", "ask[2] begins", "ask[3] begins"],
      ...["ask[1] ends", "ask[2] ends", "decide", "ask[0] cancelled", "ask[3] cancelled"],
    ],
  },
  {
    number: "36",
    says: "goes on at the first instance whose result is enough",
    input: { limit: 50 },
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("offer[0]", "offer[1]", "offer[2]", "enough");
      await event("offer.made", 90);
      await succeeded("received[0]");
      await event("offer.made", 40);
      await succeeded("buy");
      await event("offer.made", 70);
    },
    trace: [
      ...["enough begins", "offer[0] begins", "offer[1] begins", "offer[2] begins"],
      ...["offer[0] ends", "received[0]", "enough ends", "offer[1] ends", "received[1]", "buy"],
      ...["offer[2] ends", "received[2]"],
    ],
  },
  {
    number: "36",
    says: "goes on after all instances when none is enough",
    input: { limit: 0 },
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("offer[0]", "offer[1]", "offer[2]", "enough");
      await event("offer.made", 90);
      await succeeded("received[0]");
      await event("offer.made", 40);
      await succeeded("received[1]");
      await event("offer.made", 70);
    },
    trace: [
      ...["enough begins", "offer[0] begins", "offer[1] begins", "offer[2] begins"],
      ...["offer[0] ends", "received[0]", "offer[1] ends", "received[1]"],
      ...["offer[2] ends", "received[2]", "buy", "enough cancelled"],
    ],
  },
];
