import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";
import { randomUUID } from "node:crypto";

// The leanest store SCIMMY can have: maps, one of them by userName, so that what is measured is SCIMMY and express.
function store(unique) {
    const rows = new Map(), names = new Map();
    const missing = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
    const key = (row) => unique ? String(row[unique]).toLowerCase() : undefined;
    return {
        egress(resource) {
            if (resource.id) {
                const row = rows.get(resource.id);
                if (!row) throw missing(resource.id);
                return row;
            }
            const wanted = unique && resource.filter?.length === 1 ? resource.filter[0][unique] : undefined;
            if (Array.isArray(wanted) && wanted[0] === "eq") {
                const row = names.get(String(wanted[1]).toLowerCase());
                return row ? [row] : [];
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
            if (unique && (names.get(key(data))?.id ?? id) !== id) throw new SCIMMY.Types.Error(409, "uniqueness", "taken");
            const row = { ...data, id, meta: { created: old?.meta.created ?? now, lastModified: now } };
            rows.set(id, row);
            if (unique) {
                if (old) names.delete(key(old));
                names.set(key(row), row);
            }
            return row;
        },
        degress(resource) {
            const row = rows.get(resource.id);
            if (!row) throw missing(resource.id);
            rows.delete(resource.id);
            names.delete(key(row));
        }
    };
}
SCIMMY.Resources.declare(SCIMMY.Resources.User, store("userName"));
SCIMMY.Resources.declare(SCIMMY.Resources.Group, store());
const expected = `Bearer ${process.env.SCIM_TOKEN}`;
const app = express();
app.use("/scim", new SCIMMYRouters({
    type: "bearer",
    baseUri: () => null,
    handler(request) {
        if (request.header("Authorization") !== expected) throw new Error("wrong token");
        return "client";
    }
}));
const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/scim`));
