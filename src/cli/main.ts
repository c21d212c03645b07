#!/usr/bin/env node
import { createLogUpdate } from "log-update";

import type { Streams } from "./output.ts";
import { runCli } from "./program.ts";
import { createWorld } from "./world.ts";

const picture = createLogUpdate(process.stderr);
const streams: Streams = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  // A terminal without a size (some CI runners have one) cannot be drawn on.
  interactive: process.stderr.isTTY && process.stderr.rows > 0 && process.env["TERM"] !== "dumb",
  redraw: (text) => {
    if (text === "") picture.clear();
    else picture(text);
  },
};

// A reader that went away (`heddle run list | head -1`) ends the program as it would any other.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const exitCode = await runCli(process.argv.slice(2), createWorld(process, streams));
// Said and done: whatever a library still keeps open must not keep the caller waiting.
process.stdout.write("", () => process.exit(exitCode));
