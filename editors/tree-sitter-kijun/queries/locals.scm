(rule) @local.scope
(definition) @local.scope
(check) @local.scope
(attest) @local.scope
(quantifier) @local.scope
(aggregate) @local.scope

(parameter name: (name) @local.definition)
(variables (name) @local.definition)
(each name: (name) @local.definition)
(quantifier name: (name) @local.definition)
(aggregate name: (name) @local.definition)

(attribute_of (name) @local.reference)
(call name: (name) @local.reference)
(arguments (name) @local.reference)
(comparison (name) @local.reference)
(sum (name) @local.reference)
(product (name) @local.reference)
