/** One link of the chain that a run needs. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly message: string;
  /** What to do, where it is not ok. */
  readonly remedy?: string;
}

/** A check that can be mended by `doctor --fix`. */
export interface Probe {
  readonly name: string;
  /** Names of probes without which this one can say nothing. */
  readonly after: readonly string[];
  readonly look: () => Promise<Omit<Check, "name">>;
  /** Says what it did. */
  readonly fix?: () => Promise<string>;
}
