-- Instead of closures, only from where something that is asked for can be reached.

CREATE TABLE bad_vendor AS
  WITH RECURSIVE bad(id) AS (
    SELECT id FROM vendor WHERE NOT home
    UNION
    SELECT s.vendor FROM bad b JOIN supply s ON s.supplier = b.id
  )
  SELECT * FROM bad;

CREATE TABLE doubtful_vendor AS
  WITH RECURSIVE doubtful(id) AS (
    SELECT id FROM vendor WHERE home IS DISTINCT FROM true OR subcontractors IS NULL
    UNION
    SELECT s.vendor FROM doubtful d JOIN supply s ON s.supplier = d.id
  )
  SELECT * FROM doubtful;

CREATE TABLE exposed AS
  WITH RECURSIVE exposed(id) AS (
    SELECT l.source FROM link l JOIN asset b ON b.id = l.target WHERE l.passes AND b.patients
    UNION
    SELECT l.source FROM exposed e JOIN link l ON l.target = e.id WHERE l.passes
  )
  SELECT * FROM exposed;

CREATE TABLE maybe_exposed AS
  WITH RECURSIVE passing AS (SELECT source, target FROM link WHERE passes IS DISTINCT FROM false),
  maybe_exposed(id) AS (
    SELECT l.source FROM passing l JOIN asset b ON b.id = l.target WHERE b.patients IS DISTINCT FROM false
    UNION
    SELECT l.source FROM maybe_exposed e JOIN passing l ON l.target = e.id
  )
  SELECT * FROM maybe_exposed;

CREATE TABLE answers AS
  SELECT * FROM bad_clauses WHERE verdict IS NOT NULL
  UNION ALL
  SELECT 'b:2', 'contract', c.id, verdict FROM (
    SELECT c.id, verdict(c.outside, CASE
        WHEN b.id IS NOT NULL THEN false
        WHEN c.vendor IS NULL OR d.id IS NOT NULL THEN NULL
        ELSE true
      END) AS verdict
    FROM contract c LEFT JOIN bad_vendor b ON b.id = c.vendor LEFT JOIN doubtful_vendor d ON d.id = c.vendor
  ) c WHERE verdict IS NOT NULL
  UNION ALL
  SELECT 'b:3', 'asset', a.id, verdict FROM (
    SELECT a.id, verdict(a.internet, CASE WHEN e.id IS NOT NULL THEN false WHEN m.id IS NOT NULL THEN NULL ELSE true END) AS verdict
    FROM asset a LEFT JOIN exposed e ON e.id = a.id LEFT JOIN maybe_exposed m ON m.id = a.id
  ) a WHERE verdict IS NOT NULL
  UNION ALL
  SELECT * FROM bad_counts WHERE verdict IS NOT NULL;
