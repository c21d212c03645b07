import type { WorkflowHandle } from "@temporalio/client";
import type { JsonValue } from "../../../src/core/index.ts";

/** One run of an example, and what it must look like. */
export interface ControlFlowCase {
  /** The example's number in the paper, two digits. */
  readonly number: string;
  readonly says: string;
  readonly input?: JsonValue;
  /**
   * What happens in the world while the run runs. It asks for nothing after what lets the run end: the server may leave
   * a query that meets a closing run without an answer until it times out.
   */
  readonly drive?: (world: World) => Promise<void>;
  readonly trace: readonly string[];
  /** Orders that are as good. */
  readonly or?: readonly string[];
  /** Traces of child runs, by what follows the parent's workflow id. */
  readonly children?: Readonly<Record<string, readonly string[]>>;
  /** How it ends; `succeeded` when absent. */
  readonly status?: "failed" | "cancelled";
  readonly output?: JsonValue;
}

export interface World {
  readonly handle: WorkflowHandle;
  event(type: string, data?: JsonValue): Promise<void>;
  /** Until every one of the steps waits for something. */
  waiting(...names: readonly string[]): Promise<void>;
  succeeded(name: string): Promise<void>;
  cancelled(name: string): Promise<void>;
  approve(id: string): Promise<void>;
  /** The same for the child run that the step of this id began. */
  child(step: string): World;
}
