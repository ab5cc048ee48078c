"use strict";
// Starts `scimulate serve` for a test and stops it.
//
// In: a product, faults, a state file. Out: a SCIM base URL with a token, and the admin API's. Never: a token in an argument, where
// other users of the machine could read it; and never a server that outlives the process that started it.

const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const { binary } = require("./binary.js");

const KEYS = { "base URL": "baseUrl", "admin API": "adminUrl", page: "pageUrl" };
const LAST_LINE = "stop with Ctrl-C";
const STOPPING = 10_000;
const KNOWN = ["profile", "fault", "state", "arguments", "timeout"];

const each = (given) => (given === undefined || given === null ? [] : [given].flat()).map(String);

function serveArguments(options) {
  const unknown = Object.keys(options).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new TypeError(`no such option: ${unknown.join(", ")}; there are ${KNOWN.join(", ")}`);
  const repeated = (flag, values) => each(values).flatMap((value) => [flag, value]);
  return [
    ...["serve", "--port", "0", "--stop-at-eof", "--profile", String(options.profile ?? "rfc")],
    ...repeated("--fault", options.fault),
    ...repeated("--state", options.state),
    ...each(options.arguments),
  ];
}

class Provider {
  #child;
  #ended;

  constructor(child, ended, told) {
    this.#child = child;
    this.#ended = ended;
    Object.assign(this, told);
  }

  /** Stops it. Everything it held is gone. */
  async stop() {
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), STOPPING);
    await this.#ended;
    clearTimeout(late);
  }
}
if (Symbol.asyncDispose) Provider.prototype[Symbol.asyncDispose] = Provider.prototype.stop;

/** What it says before it serves, by the words before the colon. */
function untilServed(child, ended, timeout) {
  return new Promise((resolve, reject) => {
    let text = "";
    const late = setTimeout(() => reject(new Error(`scimulate did not serve after ${timeout} ms; it said: ${text}`)), timeout);
    const hear = (chunk) => {
      text += chunk;
      const lines = text.split("\n");
      const last = lines.findIndex((line) => line.startsWith(LAST_LINE));
      if (last < 0) return;
      clearTimeout(late);
      child.stdout.off("data", hear).resume();
      resolve(Object.fromEntries(lines.slice(0, last).map((line) => line.split(/: (.*)/s).slice(0, 2))));
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", (chunk) => (text = (text + chunk).slice(-10_000)));
    ended.then((why) => {
      clearTimeout(late);
      reject(new Error(text.trim() || why));
    });
  });
}

/** A SCIM server of its own process, on a free port of this machine, with its state in memory. */
async function startProvider(options = {}) {
  const secret = () => crypto.randomBytes(18).toString("base64url");
  const [token, adminToken] = [secret(), secret()];
  const env = { ...process.env, SCIMULATE_TOKEN: token, SCIMULATE_ADMIN_TOKEN: adminToken };
  const child = spawn(binary(), serveArguments(options), { env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {}); // It has ended already: that is told below.
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(`scimulate cannot be started: ${error.message}`));
    child.on("close", () => resolve("scimulate ended without a word"));
  });
  const told = { token, adminToken };
  try {
    const said = await untilServed(child, ended, options.timeout ?? 30_000);
    for (const [key, name] of Object.entries(KEYS)) {
      if (!said[key]) throw new Error(`scimulate did not say its ${key}; is SCIMULATE_BINARY of another version?`);
      told[name] = said[key];
    }
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  // A test that forgets to stop it can end all the same: the end of its standard input stops it.
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) handle.unref();
  return new Provider(child, ended, told);
}

module.exports = { binary, startProvider };
