import { z } from "zod";

/** Tools that guard, echo, fail and hang. */
export function addTools(server) {
  const text = (value) => ({ content: [{ type: "text", text: value }] });
  let calls = 0;
  server.registerTool("guard", { inputSchema: { command: z.string() } }, ({ command }) =>
    command.includes("rm")
      ? text(JSON.stringify({ outcome: "cancel", reason: `no ${command}` }))
      : text("fine"),
  );
  server.registerTool("echo", { inputSchema: z.looseObject({}) }, (input) =>
    text(JSON.stringify(input)),
  );
  server.registerTool(
    "structured",
    { inputSchema: {}, outputSchema: { outcome: z.string(), reason: z.string() } },
    () => ({
      ...text("for old clients"),
      structuredContent: { outcome: "skipped", reason: "structured" },
    }),
  );
  server.registerTool("count", { inputSchema: {} }, () => {
    calls += 1;
    return text(JSON.stringify({ message: String(calls) }));
  });
  server.registerTool("fail", { inputSchema: {} }, () => ({
    ...text("the tool is broken"),
    isError: true,
  }));
  server.registerTool("hang", { inputSchema: {} }, () => new Promise(() => undefined));
  server.registerTool("crash", { inputSchema: {} }, () => process.exit(1));
}
