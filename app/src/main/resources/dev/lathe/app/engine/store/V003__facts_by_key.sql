-- Facts that other runs look for: those whose JSON has a key.

CREATE INDEX facts_by_key ON facts (name, json_extract(json, '$.key'), seq) WHERE json_extract(json, '$.key') IS NOT NULL;
