/** What the module must know of one event. */
interface SdkMoment {
  readonly event: string;
  readonly seconds: number;
  readonly closed: boolean;
}

/** A module of callbacks for the Claude Agent SDK: each asks the relay and hands its answer on. */
export function renderSdkModule(relay: readonly string[], moments: readonly SdkMoment[]): string {
  const callbacks = moments
    .map(
      ({ event, seconds, closed }) =>
        `  ${event}: [{ hooks: [ask(${String(closed)})], timeout: ${String(seconds)} }],\n`,
    )
    .join("");
  return `${HEAD}
const RELAY = ${JSON.stringify(relay)};

export const hooks = {
${callbacks}};
${BODY}`;
}

const HEAD = `// Made by \`heddle hook export --for claude-sdk\`. Use: query({ prompt, options: { hooks } }).
import { spawn } from "node:child_process";
`;

const BODY = `
/** Asks Heddle's hooks about one event; a closed one refuses when they cannot be asked. */
function ask(closed) {
  return async (input, _toolUseId, options) => {
    try {
      return await relay(input, closed, options?.signal);
    } catch (error) {
      if (!closed) return {};
      return refuse(input, \`The hooks could not be asked: \${error.message}\`);
    }
  };
}

function refuse({ hook_event_name: hookEventName }, reason) {
  if (hookEventName !== "PreToolUse") return { decision: "block", reason };
  return {
    hookSpecificOutput: {
      hookEventName,
      permissionDecision: "deny",
      permissionDecisionReason: reason,
    },
  };
}

function relay(input, closed, signal) {
  return new Promise((resolve, reject) => {
    const [program, ...words] = closed ? [...RELAY, "--closed"] : RELAY;
    const child = spawn(program, words, { signal, stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (chunk) => (said += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) reject(new Error(\`\${program} ended with exit code \${code}\`));
      else resolve(said.trim() === "" ? {} : JSON.parse(said));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(JSON.stringify(input));
  });
}
`;
