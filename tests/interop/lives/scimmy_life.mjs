// scimmy's messages (npm), sent with Node's own fetch: scimmy makes every body, this file the URLs. BASE and TOKEN come from the
// environment.
import SCIMMY from "scimmy";

const { BASE, TOKEN } = process.env;
const { PatchOp, SearchRequest, BulkRequest } = SCIMMY.Messages;

async function send(method, path, body) {
  const headers = { Authorization: `Bearer ${TOKEN}`, Accept: "application/scim+json" };
  if (body) headers["Content-Type"] = "application/scim+json";
  const answer = await fetch(BASE + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) console.log(method, path, answer.status, text.slice(0, 200));
  return text ? JSON.parse(text) : undefined;
}

function person(userName) {
  const emails = [{ value: `${userName}@example.com`, type: "work", primary: true }];
  return new SCIMMY.Schemas.User({ userName, active: true, name: { givenName: "Ada" }, emails }, "in");
}
const ada = await send("POST", "/Users", person("ada"));
await send("GET", `/Users?filter=${encodeURIComponent('userName eq "ada"')}`);
const search = new SearchRequest().prepare({ filter: 'userName eq "ada"', attributes: ["userName"] });
await send("POST", "/Users/.search", search);
const change = new PatchOp({
  schemas: [PatchOp.id],
  Operations: [{ op: "replace", path: "active", value: false }, { op: "add", value: { title: "Countess" } }],
});
await send("PATCH", `/Users/${ada.id}`, change);
const crew = new SCIMMY.Schemas.Group({ displayName: "Crew", members: [{ value: ada.id }] }, "in");
const group = await send("POST", "/Groups", crew);
const leave = new PatchOp({ schemas: [PatchOp.id], Operations: [{ op: "remove", path: `members[value eq "${ada.id}"]` }] });
await send("PATCH", `/Groups/${group.id}`, leave);
const job = new BulkRequest({
  schemas: [BulkRequest.id],
  Operations: [
    { method: "POST", path: "/Users", bulkId: "ben", data: person("ben") },
    { method: "DELETE", path: `/Groups/${group.id}` },
    { method: "DELETE", path: `/Users/${ada.id}` },
  ],
});
await send("POST", "/Bulk", job);
