// The answers of the Node libraries, a line for each case on standard input: scimmy, scim2-parse-filter and scim-patch, as they come.
import { createInterface } from "node:readline";
import { filter as matcher, parse } from "scim2-parse-filter";
import { scimPatch } from "scim-patch";
import SCIMMY from "scimmy";

const { User, EnterpriseUser } = SCIMMY.Schemas;
User.definition.extend(EnterpriseUser.definition, false);
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const copy = (value) => JSON.parse(JSON.stringify(value));

/** What a library says, or that it refuses. */
async function answer(say) {
  try {
    return await say();
  } catch (error) {
    return { refused: error.scimType ?? null, why: String(error.message).slice(0, 200) };
  }
}

const answers = {
  filter: {
    scimmy: ({ filter, people }) => {
      const read = new SCIMMY.Types.Filter(filter);
      return { matches: people.map((person) => read.match([copy(person)]).length > 0) };
    },
    "scim2-parse-filter": ({ filter, people }) => {
      const matches = matcher(parse(filter));
      return { matches: people.map((person) => Boolean(matches(copy(person)))) };
    },
  },
  patch: {
    scimmy: async ({ resource, operations }) => {
      const before = new User(copy(resource), "out");
      const patch = new SCIMMY.Messages.PatchOp({ schemas: [PATCH_OP], Operations: copy(operations) });
      const after = await patch.apply(before);
      return { resource: copy(after ?? before) };
    },
    "scim-patch": ({ resource, operations }) => ({ resource: scimPatch(copy(resource), copy(operations)) }),
  },
};

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
for await (const line of lines) {
  const one = JSON.parse(line);
  const said = { number: one.number, kind: one.kind };
  for (const [library, say] of Object.entries(answers[one.kind])) said[library] = await answer(() => say(one));
  process.stdout.write(JSON.stringify(said) + "\n");
}
