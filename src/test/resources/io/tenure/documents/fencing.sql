-- The statements of docs/fencing.md, which FencingSqlIT runs. Each ends at the end of its region.

-- snippet: row
UPDATE account SET balance = :balance, token = :token WHERE id = :id AND token <= :token
-- end: row

-- snippet: table
INSERT INTO tenure_fencing AS mark (resource, token) VALUES (:resource, :token)
ON CONFLICT (resource) DO UPDATE SET token = excluded.token WHERE mark.token <= excluded.token
-- end: table
