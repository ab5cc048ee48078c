"use strict";
// How a SCIM client is tested with the helper. `packaging/check` runs this with the installed package.

const assert = require("node:assert");
const path = require("node:path");
const { test } = require("node:test");
const { startProvider } = require("scimulate");

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** A very small SCIM client. */
async function call({ baseUrl, token }, method, where, body) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const answer = await fetch(baseUrl + where, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return text ? JSON.parse(text) : null;
}

/** Removes Ben, and says who is left. */
async function aGroupOfTwoLosesOne(provider) {
  const user = async (userName) => (await call(provider, "POST", "/Users", { schemas: [USER], userName })).id;
  const [ada, ben] = [await user("ada"), await user("ben")];
  const members = [{ value: ada }, { value: ben }];
  const { id } = await call(provider, "POST", "/Groups", { schemas: [GROUP], displayName: "Engineering", members });
  const Operations = [{ op: "remove", path: "members", value: [{ value: ben }] }];
  await call(provider, "PATCH", `/Groups/${id}`, { schemas: [PATCH], Operations });
  return ((await call(provider, "GET", `/Groups/${id}`)).members ?? []).length;
}

test("a server as the RFCs have it", async () => {
  const provider = await startProvider();
  assert.strictEqual(await aGroupOfTwoLosesOne(provider), 1);
  await provider.stop();
  await assert.rejects(fetch(provider.baseUrl), "it is gone");
});

test("a server that empties the group", async () => {
  const provider = await startProvider({ fault: "M095" });
  assert.strictEqual(await aGroupOfTwoLosesOne(provider), 0);
  await provider.stop();
});

test("a server that is a product", async () => {
  const provider = await startProvider({ profile: "slack" });
  const { bulk } = await call(provider, "GET", "/ServiceProviderConfig");
  assert.strictEqual(bulk.supported, false);
  await provider.stop();
});

test("a server that holds something already", async () => {
  const provider = await startProvider({ state: path.join(__dirname, "tenant.json") });
  assert.strictEqual((await call(provider, "GET", "/Users/u1")).active, false);
  await provider.stop();
});

test("a product that nobody knows", async () => {
  await assert.rejects(startProvider({ profile: "slak" }), /did you mean slack/);
});

test("a server that is forgotten does not hold up the end", async () => {
  await startProvider();
});
