-- What a file of version 2 lacks.
DROP INDEX users_by_id;
DROP INDEX groups_by_id;
ALTER TABLE tenants ADD COLUMN users INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN groups INTEGER NOT NULL DEFAULT 0;
UPDATE tenants SET users = (SELECT COUNT(*) FROM users WHERE tenant = tenants.row),
                   groups = (SELECT COUNT(*) FROM groups WHERE tenant = tenants.row);
CREATE TRIGGER users_come AFTER INSERT ON users BEGIN
    UPDATE tenants SET users = users + 1 WHERE row = NEW.tenant;
END;
CREATE TRIGGER users_go AFTER DELETE ON users BEGIN
    UPDATE tenants SET users = users - 1 WHERE row = OLD.tenant;
END;

CREATE TRIGGER groups_come AFTER INSERT ON groups BEGIN
    UPDATE tenants SET groups = groups + 1 WHERE row = NEW.tenant;
END;
CREATE TRIGGER groups_go AFTER DELETE ON groups BEGIN
    UPDATE tenants SET groups = groups - 1 WHERE row = OLD.tenant;
END;
