-- The registers. An empty cell is NULL, which is SQL's unknown; `-` is an empty set.

CREATE MACRO register(tsv, fields) AS TABLE
  SELECT * FROM read_csv(tsv, delim = '\t', header = true, quote = '', escape = '', nullstr = '', columns = fields);

CREATE TABLE facility AS
  SELECT id FROM register('facility.tsv', {'id': 'VARCHAR', 'name': 'VARCHAR', 'beds': 'VARCHAR'});
CREATE TABLE asset AS
  SELECT id, internet, patients FROM register('asset.tsv',
    {'id': 'VARCHAR', 'facility': 'VARCHAR', 'internet': 'BOOLEAN', 'patients': 'BOOLEAN'});
CREATE TABLE link AS
  SELECT "from" AS source, "to" AS target, NOT firewall AS passes FROM register('link.tsv',
    {'id': 'VARCHAR', 'from': 'VARCHAR', 'to': 'VARCHAR', 'firewall': 'BOOLEAN'});
CREATE TABLE contract AS
  SELECT id, facility, vendor, "external" AS outside, string_split(clauses, ';') AS clauses FROM register('contract.tsv',
    {'id': 'VARCHAR', 'facility': 'VARCHAR', 'vendor': 'VARCHAR', 'external': 'BOOLEAN', 'clauses': 'VARCHAR', 'signed': 'VARCHAR'});
CREATE TABLE vendor AS
  SELECT v.id, c.country = 'JP' AS home, v.subcontractors
  FROM register('vendor.tsv', {'id': 'VARCHAR', 'name': 'VARCHAR', 'subcontractors': 'VARCHAR', 'centre': 'VARCHAR'}) v
  LEFT JOIN register('centre.tsv', {'id': 'VARCHAR', 'country': 'VARCHAR'}) c ON c.id = v.centre;
CREATE TABLE supply AS
  SELECT id AS vendor, unnest(string_split(subcontractors, ';')) AS supplier FROM vendor WHERE subcontractors <> '-';

-- NULL where nothing is found; `and`, `or` and `not` of SQL are those of Kleene.
CREATE MACRO verdict(applies, holds) AS CASE
  WHEN applies AND NOT holds THEN 'violated'
  WHEN applies IS NULL OR (applies AND holds IS NULL) THEN 'unknown'
END;

CREATE VIEW bad_clauses AS
  SELECT 'b:1' AS requirement, 'contract' AS kind, id, verdict(outside,
    list_contains(clauses, 'confidentiality') AND list_contains(clauses, 'penalty')
      AND list_contains(clauses, 'no_analysis')) AS verdict
  FROM contract;
CREATE VIEW bad_counts AS
  SELECT 'b:4' AS requirement, 'facility' AS kind, id,
    verdict(true, CASE WHEN possible <= 2 THEN true WHEN certain > 2 THEN false END) AS verdict
  FROM (
    SELECT f.id,
      count(c.id) FILTER (c.outside AND NOT list_contains(c.clauses, 'audit')) AS certain,
      count(c.id) FILTER ((c.outside AND NOT list_contains(c.clauses, 'audit')) IS DISTINCT FROM false) AS possible
    FROM facility f LEFT JOIN contract c ON c.facility = f.id GROUP BY f.id
  );
