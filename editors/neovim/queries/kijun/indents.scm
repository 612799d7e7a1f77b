[
  (attest_body)
  (catalog_body)
  (check_body)
  (entity_body)
  (enumeration_body)
  (extension_body)
  (given_body)
  (instrument_body)
  (mapping_body)
  (profile_body)
  (record_body)
  (requirement_body)
  (risk_body)
  (satisfy_body)
  (section_body)
  (table_body)
  (test_body)
  (evidence_block)
] @indent.begin

"}" @indent.branch @indent.end
(ERROR) @indent.auto
