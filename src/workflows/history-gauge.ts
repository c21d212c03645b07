import { workflowInfo } from "@temporalio/workflow";

/**
 * How long the history is, as a replay sees it too.
 *
 * What the SDK tells changes with each workflow task. While a local activity is at work, a task may end and another begin
 * (a query, or a heartbeat, is enough), and its result is then handed over in the second; a replay hands it over in the
 * first. So the gauge is read only where both agree: when something begins, arrives or ends that is an event of its own.
 */
export interface HistoryGauge {
  look(): void;
  /** As of the last look; `loaded` is how much of the history had to be loaded first, which does not count. */
  isLong(loaded: number): boolean;
}

type Size = Pick<
  ReturnType<typeof workflowInfo>,
  "continueAsNewSuggested" | "suggestedContinueAsNewReasons" | "historySize"
>;

export function createHistoryGauge(): HistoryGauge {
  let size = read();
  return {
    look() {
      size = read();
    },
    isLong: (loaded) => isLong(size, loaded),
  };
}

function read(): Size {
  const { continueAsNewSuggested, suggestedContinueAsNewReasons, historySize } = workflowInfo();
  return {
    continueAsNewSuggested,
    historySize,
    ...(suggestedContinueAsNewReasons === undefined ? {} : { suggestedContinueAsNewReasons }),
  };
}

/** Beyond what was loaded, a history has this much room; above the second the server's own limit of 50 MiB is near. */
const ROOM_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Whether the server suggests to continue as new, and doing so would help: a run that has to load megabytes before its
 * first step would otherwise be told to go on in a new one as soon as it began, over and over.
 */
export function isLong(size: Size, loaded: number): boolean {
  const { continueAsNewSuggested, suggestedContinueAsNewReasons: reasons = [], historySize } = size;
  if (!continueAsNewSuggested || loaded === 0 || reasons.length === 0)
    return continueAsNewSuggested;
  // Text within text: its quotes are escaped once more.
  const room = Math.min(ROOM_BYTES + 1.5 * loaded, MOST_BYTES);
  const isForSize = reasons.every((each) => each === FOR_SIZE);
  return !isForSize || historySize > room;
}

const FOR_SIZE = "HISTORY_SIZE_TOO_LARGE";
