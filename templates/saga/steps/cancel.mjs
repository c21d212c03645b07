/** Takes back what book.mjs did. `node cancel.mjs flight` */
import { cancel } from "../lib/bookings.mjs";

const [, , what] = process.argv;
cancel(what);
process.stdout.write(JSON.stringify({ cancelled: what }));
