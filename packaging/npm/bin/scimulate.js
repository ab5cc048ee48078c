#!/usr/bin/env node
"use strict";
// The command `scimulate`: starts the program with the same arguments and ends as it ends.

const { spawn } = require("node:child_process");
const os = require("node:os");
const { binary } = require("../binary.js");

let program;
try {
  program = binary();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(2);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });

// Stopped from outside, the program still has to clean up what it made on a target: it is told, and waited for.
// Ctrl-C reaches it by itself: a terminal sends that to both, and a second one would make it leave without cleaning up.
const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("SIGINT", () => terminal || child.kill("SIGINT"));

child.on("error", (error) => {
  console.error(`error: ${program} cannot be started: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  process.exit(signal ? 128 + os.constants.signals[signal] : code);
});
