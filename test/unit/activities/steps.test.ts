// Steps as activities: what a step's result looks like, what its failure carries, and that no side effect is repeated.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CancelledFailure } from "@temporalio/common";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";

import { HeddleError, isReference, type JsonValue } from "../../../src/core/index.ts";
import { defineHandler } from "../../../src/hooks/executors/index.ts";
import { createMemoryRegistry } from "../../support/memory-registry.ts";
import { isAlive, readWhenWritten } from "../executors/fixtures.ts";
import { activityContext, call, createBench, failureOf, runIn, stepFacts } from "./fixtures.ts";

describe("a run step", () => {
  it("A5: gives exit code, stdout and stderr of `echo test`", async () => {
    const { activities } = await createBench();

    const result = await call(activities, "run", { ...stepFacts(), command: ["echo", "test"] });

    expect(result).toEqual({ output: { exitCode: 0, stdout: "test\n", stderr: "" }, attempts: 1 });
  });

  it("A5: fails with CommandFailed when `false` runs", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(call(activities, "run", { ...stepFacts(), command: "false" }));

    expect(failure).toMatchObject({
      type: "CommandFailed",
      message: "The command ended with exit code 1.",
      nonRetryable: false,
      details: [{ exitCode: 1, stdout: "", stderr: "" }, { attempt: 1 }],
    });
  });

  it("A6: fails with TimedOut when it hits its timeout", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(
      call(
        activities,
        "run",
        { ...stepFacts(), command: ["sleep", "10"] },
        { startToCloseTimeoutMs: 100 },
      ),
    );

    expect(failure.type).toBe("TimedOut");
    expect(failure.message).toContain("timeout");
  });

  it("parses stdout that is JSON", async () => {
    const { activities } = await createBench();

    const { output } = await call(activities, "run", {
      ...stepFacts(),
      command: `echo '{"a":[1]}'`,
    });

    expect(output).toMatchObject({ json: { a: [1] } });
  });

  it("gets its `with` as JSON on stdin and knows where it runs", async () => {
    const { activities } = await createBench();
    const facts = stepFacts({ instance: "2.0" });

    const { output } = await call(
      activities,
      "run",
      {
        ...facts,
        command: `cat; echo "$HEDDLE_STEP_ID $HEDDLE_INSTANCE $HEDDLE_ATTEMPT $HEDDLE_WORKFLOW_ID $EXTRA"; pwd`,
        with: { a: 1 },
        env: { EXTRA: "more" },
      },
      { attempt: 3, workflowExecution: { workflowId: "wf-123", runId: "run-1" } },
    );

    expect(output).toMatchObject({
      stdout: `{"a":1}\nwork 2.0 3 wf-123 more\n${facts.run.workspace}\n`,
    });
  });

  it("does not retry a command that does not exist", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(
      call(activities, "run", { ...stepFacts(), command: ["no-such-program-here"] }),
    );

    expect(failure).toMatchObject({ type: "CommandNotFound", nonRetryable: true });
  });

  it("heartbeats while it runs, and is cancelled only once its process is gone", async () => {
    const { activities } = await createBench();
    const facts = stepFacts();
    const context = activityContext();
    const beat = new Promise((resolve) => context.once("heartbeat", resolve));
    const running = runIn(context, activities, "run", {
      ...facts,
      command: "echo $$ > pid; sleep 30",
    });
    const pid = await readWhenWritten(join(facts.run.workspace, "pid"));
    await beat;

    context.cancel();

    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    expect(isAlive(Number(pid))).toBe(false);
  });
});

describe("a step's output", () => {
  it("is mapped before it is measured, so that a little of much stays inline", async () => {
    const { activities } = await createBench();

    const { output } = await call(activities, "run", {
      ...stepFacts({
        output: { template: { map: { code: { expr: "output.exitCode" } } }, scope: {} },
      }),
      command: "head -c 200000 /dev/zero | tr '\\0' x",
    });

    expect(output).toEqual({ code: 0 });
  });

  it("is stored and travels as a reference above 64 KiB, and is read back for the next step", async () => {
    const { activities } = await createBench({}, [
      defineHandler("size", {}, (input) => JSON.stringify(input).length),
    ]);
    const large = await call(activities, "run", {
      ...stepFacts(),
      command: "head -c 200000 /dev/zero | tr '\\0' x",
    });

    const next = await call(activities, "call", {
      ...stepFacts(),
      function: "size",
      input: { deep: [large.output] },
    });

    expect(isReference(large.output)).toBe(true);
    expect(next.output).toBeGreaterThan(200_000);
  });

  it("that does not fit its schema fails the step without another attempt", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(
      call(activities, "run", {
        ...stepFacts({ outputSchema: { properties: { exitCode: { const: 7 } } } }),
        command: "true",
      }),
    );

    expect(failure).toMatchObject({
      type: "OutputInvalid",
      nonRetryable: true,
      details: [{ problems: [{ path: "exitCode", message: "must be 7" }] }, { attempt: 1 }],
    });
  });

  it("waits for a database that is away instead of doing the step again", async () => {
    const registry = createMemoryRegistry();
    let refusals = 2;
    const { activities } = await createBench({
      registry: {
        ...registry,
        putValue: (value: JsonValue) => {
          refusals -= 1;
          return refusals >= 0
            ? Promise.reject(new HeddleError("REGISTRY_UNAVAILABLE", "away"))
            : registry.putValue(value);
        },
      },
    });
    const facts = stepFacts();

    const { output } = await call(activities, "run", {
      ...facts,
      command: "echo once >> count; head -c 200000 /dev/zero | tr '\\0' x",
    });

    expect(isReference(output)).toBe(true);
    expect(readFileSync(join(facts.run.workspace, "count"), "utf8")).toBe("once\n");
  });
});

describe("a call step", () => {
  const double = defineHandler(
    "double",
    { input: z.object({ n: z.number() }), output: z.number().max(100) },
    ({ n }) => n * 2,
  );

  it("gives what the function returned", async () => {
    const { activities } = await createBench({}, [double]);

    const result = await call(activities, "call", {
      ...stepFacts(),
      function: "double",
      input: { n: 4 },
    });

    expect(result.output).toBe(8);
  });

  it("fails for good on input or output that does not fit the schemas", async () => {
    const { activities } = await createBench({}, [double]);
    const ask = (n: JsonValue) =>
      failureOf(call(activities, "call", { ...stepFacts(), function: "double", input: { n } }));

    expect(await ask("four")).toMatchObject({ type: "HandlerInputInvalid", nonRetryable: true });
    expect(await ask(400)).toMatchObject({ type: "HandlerOutputInvalid", nonRetryable: true });
  });

  it("fails with HandlerNotFound, naming what there is", async () => {
    const { activities } = await createBench({}, [double]);

    const failure = await failureOf(
      call(activities, "call", { ...stepFacts(), function: "triple", input: {} }),
    );

    expect(failure.type).toBe("HandlerNotFound");
    expect(failure.message).toContain("known: double");
  });

  it("keeps type and message of what the function threw", async () => {
    class QuotaError extends Error {
      override readonly name = "QuotaError";
    }
    const { activities } = await createBench({}, [
      defineHandler("quota", {}, () => {
        throw new QuotaError("42 of 40 used");
      }),
    ]);

    const failure = await failureOf(
      call(activities, "call", { ...stepFacts(), function: "quota", input: null }),
    );

    expect(failure).toMatchObject({ type: "QuotaError", message: "42 of 40 used" });
    expect(failure.nonRetryable).toBe(false);
  });
});

describe("an agent step", () => {
  it("gives a program role, step, input and run, and takes its JSON answer", async () => {
    const { activities } = await createBench();
    const facts = stepFacts({ instance: "1" });

    const { output } = await call(activities, "agent", {
      ...facts,
      role: "reviewer",
      handler: { command: "cat" },
      input: { file: "a.ts" },
    });

    expect(output).toMatchObject({
      role: "reviewer",
      step: "work",
      instance: "1",
      input: { file: "a.ts" },
      run: { workspace: facts.run.workspace, workflowId: "test" },
    });
  });

  it("takes plain text as the answer, and passes a handoff on", async () => {
    const { activities } = await createBench();
    const ask = (command: string) =>
      call(activities, "agent", { ...stepFacts(), role: "a", handler: { command }, input: null });

    expect(await ask("echo well done")).toMatchObject({ output: "well done" });
    expect(await ask(`echo '{"$handoff":"b","output":{"n":1}}'`)).toMatchObject({
      output: { n: 1 },
      handoff: "b",
    });
  });

  it("refuses a handler kind that cannot run on a worker, for good", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(
      call(activities, "agent", {
        ...stepFacts(),
        role: "a",
        handler: { pattern: "other" },
        input: null,
      }),
    );

    expect(failure).toMatchObject({ type: "HandlerNotFound", nonRetryable: true });
  });
});

describe("an http step", () => {
  let close: (() => void) | undefined;
  afterEach(() => close?.());

  async function serve(
    answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  ): Promise<string> {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        answer(request, response, body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  it("speaks JSON both ways", async () => {
    const { activities } = await createBench();
    const url = await serve((request, response, body) => {
      response.writeHead(201, { "content-type": "application/json" });
      response.end(JSON.stringify({ method: request.method, got: JSON.parse(body) as JsonValue }));
    });

    const { output } = await call(activities, "http", {
      ...stepFacts(),
      request: { url, body: { a: 1 } },
    });

    expect(output).toMatchObject({ status: 201, body: { method: "POST", got: { a: 1 } } });
  });

  it("fails with HttpStatus, the response in its details, and comes back when told to", async () => {
    const { activities } = await createBench();
    const url = await serve((_, response) => {
      response.writeHead(503, { "retry-after": "7" });
      response.end("busy");
    });

    const failure = await failureOf(call(activities, "http", { ...stepFacts(), request: { url } }));

    expect(failure).toMatchObject({
      type: "HttpStatus",
      nextRetryDelay: 7000,
      details: [{ status: 503, body: "busy" }, { attempt: 1 }],
    });
  });

  it("takes any status that is expected", async () => {
    const { activities } = await createBench();
    const url = await serve((_, response) => {
      response.writeHead(404);
      response.end("none");
    });

    const { output } = await call(activities, "http", {
      ...stepFacts(),
      request: { url },
      expect: [{ from: 404, to: 404 }],
    });

    expect(output).toMatchObject({ status: 404, body: "none" });
  });

  it("says what is wrong with a request that is none", async () => {
    const { activities } = await createBench();

    const failure = await failureOf(
      call(activities, "http", { ...stepFacts(), request: { url: 5, method: "G E T" } }),
    );

    expect(failure).toMatchObject({ type: "HandlerInputInvalid", nonRetryable: true });
    expect(failure.message).toContain("url");
  });

  it("reports a server that nobody runs with the reason", async () => {
    const { activities } = await createBench();
    const url = await serve(() => undefined);
    close?.();

    const failure = await failureOf(call(activities, "http", { ...stepFacts(), request: { url } }));

    expect(failure.type).toBe("HttpFailed");
    expect(failure.message).toContain("ECONNREFUSED");
  });
});
