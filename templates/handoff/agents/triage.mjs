/** Answers what everybody knows, and finds out who should take the rest. Ask a model here. */
import { handOver, settle, takeCase } from "./answers.mjs";

const taken = await takeCase();
if (/opening hours/i.test(taken.question)) settle(taken, "Nine to five.");
else if (/invoice|paid|price/i.test(taken.question))
  handOver(taken, "billing", "it is about money");
else handOver(taken, "technician", "something does not work");
