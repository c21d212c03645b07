import type { Command } from "commander";

import {
  popLatestMessage,
  postMessage,
  readMessages,
  type Message,
} from "../../../hooks/executors/builtin/index.ts";
import { createCommand } from "../../command.ts";
import { withLink, type Invocation, type JsonFlag } from "../../context.ts";
import type { Output } from "../../output.ts";
import { renderTable } from "../../table.ts";

interface MessageFlags extends JsonFlag {
  readonly to?: readonly string[];
  readonly source?: string;
  readonly quiet?: true;
  readonly takeBack?: true;
}

export function createMessageCommand({ world, perform }: Invocation): Command {
  return createCommand("message", "Queue a message for agents that have the human-input hook")
    .argument("<scope>", "a session's id, or a run's workflow id where it has no session")
    .argument("[text]", "the message; without it, shows what waits and what was delivered")
    .option("--to <agents...>", "roles or step ids it is for (default: whoever asks first)")
    .option("--source <name>", "who says it", "human")
    .option("--quiet", "do not call the hook's callback for it")
    .option("--take-back", "take the newest waiting message back")
    .action((scope: string, text: string | undefined, flags: MessageFlags) =>
      perform(flags, (output) =>
        withLink(world, async (link) => {
          const { hookStore: store } = await link.registry();
          if (flags.takeBack === true) {
            const message = await popLatestMessage(store, scope);
            output.result(
              { takenBack: message === undefined ? null : { ...message } },
              message === undefined ? "no message waits" : `took back: ${message.content}`,
            );
            return message === undefined ? 1 : 0;
          }
          if (text === undefined) return show(output, await readMessages(store, scope));
          const { source, to: targets, quiet } = flags;
          const message = await postMessage(store, scope, {
            content: text,
            ...(source === undefined ? {} : { source }),
            ...(targets === undefined ? {} : { targets }),
            ...(quiet === undefined ? {} : { quiet }),
          });
          output.result({ ...message }, `message ${message.id} waits for ${receiversOf(message)}`);
          return 0;
        }),
      ),
    );
}

function show(output: Output, { pending, delivered }: Awaited<ReturnType<typeof readMessages>>): 0 {
  const rows = [
    ...delivered.map(({ message, agent, at }) => rowOf(message, `${agent} ${formatTime(at)}`)),
    ...pending.map((message) => rowOf(message, "waits")),
  ];
  const text =
    rows.length === 0
      ? "no messages"
      : renderTable(["ID", "FROM", "FOR", "DELIVERED", "MESSAGE"], rows);
  output.result({ pending, delivered }, text);
  return 0;
}

function rowOf(message: Message, delivered: string): string[] {
  return [String(message.id), message.source, receiversOf(message), delivered, message.content];
}

function receiversOf({ targets }: Message): string {
  return targets?.join(", ") ?? "any agent";
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
