/** Knows invoices. What turns out to be a fault goes on to the technician, with what was found out. */
import { handOver, settle, takeCase } from "./answers.mjs";

const taken = await takeCase();
if (/error|crash/i.test(taken.question))
  handOver(taken, "technician", "the invoice is right, the page that shows it is not");
else settle(taken, "The invoice was paid.");
