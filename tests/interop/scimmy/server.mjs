import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";
import { randomUUID } from "node:crypto";

// Keeps what SCIMMY hands over, in memory, and gives it back: the protocol is all SCIMMY's.
function store(taken) {
    const rows = new Map();
    const missing = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
    return {
        egress(resource) {
            if (resource.id) {
                const row = rows.get(resource.id);
                if (!row) throw missing(resource.id);
                return row;
            }
            const all = [...rows.values()];
            return resource.filter ? resource.filter.match(all) : all;
        },
        ingress(resource, instance) {
            const id = resource.id ?? randomUUID();
            const old = rows.get(id);
            if (resource.id && !old) throw missing(resource.id);
            const data = JSON.parse(JSON.stringify(instance));
            const now = new Date().toISOString();
            if ([...rows.values()].some((row) => row.id !== id && taken(row, data)))
                throw new SCIMMY.Types.Error(409, "uniqueness", "taken");
            const row = { ...data, id, meta: { created: old?.meta.created ?? now, lastModified: now } };
            rows.set(id, row);
            return row;
        },
        degress(resource) {
            if (!rows.delete(resource.id)) throw missing(resource.id);
        }
    };
}
const same = (a, b) => String(a).toLowerCase() === String(b).toLowerCase();
const User = store((a, b) => same(a.userName, b.userName));
const Group = store(() => false);
SCIMMY.Resources.declare(SCIMMY.Resources.User, { ...User, extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }] });
SCIMMY.Resources.declare(SCIMMY.Resources.Group, Group);
const port = Number(process.env.PORT ?? 0), token = process.env.SCIM_TOKEN;
const app = express();
// After a 500 the connection is closed, and the answer does not say so: a request that is on its way by then gets none. Said, it
// is the same server, and which scenario that happens to is no longer chance.
app.use((request, response, next) => {
    const head = response.writeHead;
    response.writeHead = (status, ...rest) => {
        if (status >= 500) response.setHeader("Connection", "close");
        return head.call(response, status, ...rest);
    };
    next();
});
app.use("/scim", new SCIMMYRouters({
    type: "bearer",
    baseUri: () => null,
    handler(request) {
        if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("wrong token");
        return undefined; // a client, and no user of its own: /Me is nobody
    }
}));
const server = app.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/scim`));
