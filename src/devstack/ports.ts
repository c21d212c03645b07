import getPort, { clearLockedPorts, portNumbers } from "get-port";
import { HeddleError } from "../core/index.ts";

export interface PortChoice {
  /** What the port is for, as a person would say it. */
  readonly purpose: string;
  /** Asked for by the user: this one or none. */
  readonly requested?: number | undefined;
  /** Tried first when nothing was asked for. */
  readonly preferred: number;
  /** The setting that would ask for another one. */
  readonly setting: string;
  readonly report: (line: string) => void;
}

const HOST = "127.0.0.1";
const RANGE = 200;

/** The port to listen on: the one asked for, or the next free one from the usual one on. */
export async function choosePort(choice: PortChoice): Promise<number> {
  const { purpose, requested, preferred, setting, report } = choice;
  if (requested === 0) return getPort({ host: HOST });
  // get-port holds what it gave out back for a while, and so would call a port that we just left "in use".
  clearLockedPorts();
  if (requested === undefined) {
    const port = await getPort({ port: portNumbers(preferred, preferred + RANGE), host: HOST });
    if (port !== preferred) report(`Port ${preferred} is in use: ${purpose} listens on ${port}.`);
    return port;
  }
  // get-port answers with some other port when the wanted one is taken.
  if ((await getPort({ port: requested, host: HOST })) === requested) return requested;
  throw new HeddleError("PORT_IN_USE", `Port ${requested}, asked for ${purpose}, is in use`, {
    hint: `Stop the program that listens there (\`lsof -i :${requested}\` names it), set ${setting} to another port, or leave ${setting} unset to take the next free one.`,
  });
}
