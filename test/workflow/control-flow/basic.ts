/** Basic control flow, and advanced branching and synchronization. */
import type { ControlFlowCase } from "./case.ts";

export const BASIC: readonly ControlFlowCase[] = [
  { number: "01", says: "runs one step after the other", trace: ["pick", "pack", "ship"] },
  {
    number: "02",
    says: "runs both branches at the same time",
    trace: ["receive", "invoice begins", "pack begins", "invoice ends", "pack ends"],
  },
  {
    number: "03",
    says: "goes on when both branches have ended",
    trace: ["invoice begins", "pack begins", "invoice ends", "pack ends", "ship"],
  },
  { number: "04", says: "takes the first case alone", input: { amount: 5000 }, trace: ["refuse"] },
  { number: "04", says: "takes the second case alone", input: { amount: 500 }, trace: ["review"] },
  { number: "04", says: "takes the default alone", input: { amount: 5 }, trace: ["accept"] },
  {
    number: "05",
    says: "goes on after the one way",
    input: { method: "card" },
    trace: ["card", "cash skipped", "receipt"],
  },
  {
    number: "05",
    says: "goes on after the other way",
    input: { method: "cash" },
    trace: ["cash", "card skipped", "receipt"],
  },
  {
    number: "06",
    says: "takes every branch whose condition holds",
    input: { injured: true, fire: true },
    trace: ["call", "police", "ambulance", "engine"],
  },
  {
    number: "06",
    says: "leaves out the branch whose condition does not hold",
    input: { injured: false, fire: true },
    trace: ["call", "police", "engine", "ambulance skipped"],
  },
  {
    number: "07",
    says: "waits for the one branch that was taken",
    input: { injured: true, fire: false },
    trace: ["ambulance begins", "engine skipped", "ambulance ends", "report"],
  },
  {
    number: "07",
    says: "waits for both branches when both were taken",
    input: { injured: true, fire: true },
    trace: ["ambulance begins", "engine begins", "ambulance ends", "engine ends", "report"],
  },
  {
    number: "08",
    says: "runs the step behind the merge once for each branch, without waiting for the other",
    drive: async ({ succeeded, event }) => {
      await succeeded("inspect[0]");
      await event("materials.delivered");
    },
    trace: ["lay[0]", "order[1] begins", "inspect[0]", "order[1] ends", "inspect[1]"],
  },
  {
    number: "09",
    says: "fires at the first branch, ignores the second, and is reset after it",
    drive: async ({ succeeded, event }) => {
      await succeeded("triage[0]");
      await event("pulse.felt");
      await succeeded("triage[1]");
      await event("pulse.felt");
    },
    trace: [
      ...["breathing[0]", "pulse[0] begins", "triage[0]", "pulse[0] ends"],
      ...["breathing[1]", "pulse[1] begins", "triage[1]", "pulse[1] ends"],
    ],
  },
  {
    number: "28",
    says: "holds a second use of one door back until the other was used as well",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("north[0]", "south[0]");
      await event("door.north");
      await succeeded("inspect[0]");
      await event("door.north");
      await event("door.south");
      await succeeded("inspect[1]");
      await event("door.south");
    },
    trace: [
      ...["north[0] begins", "south[0] begins", "north[0] ends", "inspect[0]", "south[0] ends"],
      ...["north[1]", "south[1] begins", "inspect[1]", "south[1] ends"],
    ],
  },
  {
    number: "29",
    says: "cancels the branch that came too late",
    trace: ["near begins", "far begins", "near ends", "use", "far cancelled"],
  },
  {
    number: "30",
    says: "goes on after two of three, and the third ends without effect",
    drive: async ({ succeeded, event }) => {
      await succeeded("pass");
      await event("cyd.voted");
    },
    trace: ["ann begins", "bob begins", "cyd begins", "ann ends", "bob ends", "pass", "cyd ends"],
  },
  {
    number: "31",
    says: "holds second votes back until all three voted once",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("ann[0]", "bob[0]", "cyd[0]");
      await event("vote.ann");
      await succeeded("ann[0]");
      await event("vote.bob");
      await succeeded("pass[0]");
      await event("vote.ann");
      await event("vote.bob");
      await event("vote.cyd");
      await succeeded("pass[1]");
      await event("vote.cyd");
    },
    trace: [
      ...["ann[0] begins", "bob[0] begins", "cyd[0] begins", "ann[0] ends", "bob[0] ends"],
      ...["pass[0]", "cyd[0] ends", "ann[1]", "bob[1]", "cyd[1] begins", "pass[1]", "cyd[1] ends"],
    ],
  },
  {
    number: "32",
    says: "cancels the third when two of three have ended",
    trace: [
      ...["ann begins", "bob begins", "cyd begins"],
      ...["ann ends", "bob ends", "pass", "cyd cancelled"],
    ],
  },
  {
    number: "33",
    says: "keeps what comes early for a later pair, in order",
    trace: [
      ...["frame[0]", "build[0] begins", "take_frame[0]", "take_motor[0] begins", "frame[1]"],
      ...["build[0] ends", "take_motor[0] ends", "motor[0]", "assemble[0]"],
      ...["build[1] begins", "take_frame[1]", "take_motor[1] begins"],
      ...["build[1] ends", "take_motor[1] ends", "motor[1]", "assemble[1]"],
    ],
    output: { car: [1, 1] },
  },
  {
    number: "37",
    says: "waits for what was begun, and never for what was passed over",
    input: { audit: true, refund: false },
    trace: [
      ...["audit begins", "refund skipped", "letter skipped"],
      ...["audit ends", "booking", "archive"],
    ],
  },
  {
    number: "37",
    says: "waits for overlapping branches when all were begun",
    input: { audit: true, refund: true },
    trace: [
      ...["audit begins", "refund begins", "audit ends", "refund ends"],
      ...["letter", "booking", "archive"],
    ],
  },
  {
    number: "38",
    says: "waits for a loop, and for neither a branch not taken nor one taken back",
    trace: [
      ...["expert begins", "drop", "fix[0] begins", "extra skipped", "second_opinion skipped"],
      ...["expert cancelled", "fix[0] ends", "fix[1]", "merge"],
    ],
    input: { extra: false },
  },
  {
    number: "41",
    says: "goes on once, when all three threads have come in",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("weigh[0]", "weigh[1]", "weigh[2]");
      await event("vehicle.weighed", 2);
      await succeeded("stamp[1]");
      await event("vehicle.weighed", 1);
      await succeeded("stamp[0]");
      await event("vehicle.weighed", 3);
    },
    trace: [
      ...["weigh[0] begins", "weigh[1] begins", "weigh[2] begins", "weigh[1] ends", "stamp[1]"],
      ...["weigh[0] ends", "stamp[0]", "weigh[2] ends", "stamp[2]", "release"],
    ],
  },
  {
    number: "42",
    says: "lets each thread go its own way",
    drive: async ({ waiting, succeeded, event }) => {
      await waiting("print[0]", "print[1]");
      await event("copy.printed", "file");
      await succeeded("sort[1]");
      await event("copy.printed", "letter");
    },
    trace: [...["confirm", "print[0] begins", "print[1]", "sort[1]", "print[0] ends", "sort[0]"]],
  },
];
