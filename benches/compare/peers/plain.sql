-- Closures in full, as one would write them.

CREATE TABLE supplies AS
  WITH RECURSIVE supplies(vendor, supplier) AS (
    SELECT vendor, supplier FROM supply
    UNION
    SELECT a.vendor, b.supplier FROM supplies a JOIN supply b ON b.vendor = a.supplier
  )
  SELECT * FROM supplies;

CREATE TABLE suppliers AS
  SELECT v.id, CASE
      WHEN bool_or(NOT s.home) THEN false
      WHEN any_value(v.subcontractors) IS NULL OR bool_or(s.id IS NOT NULL AND (s.home IS NULL OR s.subcontractors IS NULL)) THEN NULL
      ELSE true
    END AS home
  FROM vendor v LEFT JOIN supplies r ON r.vendor = v.id LEFT JOIN vendor s ON s.id = r.supplier
  GROUP BY v.id;

CREATE TABLE reaches AS
  WITH RECURSIVE reaches(source, target) AS (
    SELECT source, target FROM link WHERE passes
    UNION
    SELECT r.source, l.target FROM reaches r JOIN link l ON l.source = r.target WHERE l.passes
  )
  SELECT * FROM reaches;

CREATE TABLE maybe_reaches AS
  WITH RECURSIVE maybe_reaches(source, target) AS (
    SELECT source, target FROM link WHERE passes IS DISTINCT FROM false
    UNION
    SELECT r.source, l.target FROM maybe_reaches r JOIN link l ON l.source = r.target WHERE l.passes IS DISTINCT FROM false
  )
  SELECT * FROM maybe_reaches;

CREATE TABLE answers AS
  SELECT * FROM bad_clauses WHERE verdict IS NOT NULL
  UNION ALL
  SELECT 'b:2', 'contract', c.id, verdict(c.outside, v.home AND s.home) AS verdict
  FROM contract c LEFT JOIN vendor v ON v.id = c.vendor LEFT JOIN suppliers s ON s.id = c.vendor
  WHERE verdict(c.outside, v.home AND s.home) IS NOT NULL
  UNION ALL
  SELECT 'b:3', 'asset', id, verdict FROM (
    SELECT a.id, verdict(a.internet, CASE
        WHEN EXISTS (SELECT 1 FROM reaches r JOIN asset b ON b.id = r.target WHERE r.source = a.id AND b.patients) THEN false
        WHEN EXISTS (SELECT 1 FROM maybe_reaches r JOIN asset b ON b.id = r.target
                     WHERE r.source = a.id AND b.patients IS DISTINCT FROM false) THEN NULL
        ELSE true
      END) AS verdict
    FROM asset a
  ) WHERE verdict IS NOT NULL
  UNION ALL
  SELECT * FROM bad_counts WHERE verdict IS NOT NULL;
