# The four questions. What is unknown is absent from the data. Instead of closures, one call of `graph.reachable` finds
# all from where something that is asked for can be reached; it passes only nodes that the graph has as keys.

package compare

import rego.v1

answers contains concat(",", ["b:1", "contract", id, verdict]) if {
	some id, c in data.contract
	verdict := clauses(c)
}

answers contains concat(",", ["b:2", "contract", id, verdict]) if {
	some id, c in data.contract
	verdict := location(c)
}

answers contains concat(",", ["b:3", "asset", id, verdict]) if {
	some id, a in data.asset
	verdict := reach(id, a)
}

answers contains concat(",", ["b:4", "facility", id, verdict]) if {
	some id, _ in data.facility
	verdict := counts(id)
}

known(record, name) if object.get(record, name, null) != null

# 1. Clauses.

wanted := ["confidentiality", "penalty", "no_analysis"]

clauses(c) := "unknown" if not known(c, "external")

clauses(c) := "unknown" if {
	c.external
	not known(c, "clauses")
}

clauses(c) := "violated" if {
	c.external
	recorded := c.clauses
	some clause in wanted
	not clause in recorded
}

# 2. Location.

above[supplier] contains vendor if {
	some vendor, v in data.vendor
	some supplier in v.subcontractors
}

above[vendor] contains vendor if some vendor, _ in data.vendor

abroad contains vendor if {
	some vendor, v in data.vendor
	data.centre[v.centre].country != "JP"
}

uncertain contains vendor if {
	some vendor, v in data.vendor
	not known(v, "subcontractors")
}

uncertain contains vendor if {
	some vendor, v in data.vendor
	not at_home(v)
}

at_home(v) if data.centre[v.centre].country == "JP"

bad := graph.reachable(above, abroad)

doubtful := graph.reachable(above, uncertain)

location(c) := "unknown" if not known(c, "external")

location(c) := "unknown" if {
	c.external
	not known(c, "vendor")
}

location(c) := "unknown" if {
	c.external
	c.vendor in doubtful
	not c.vendor in bad
}

location(c) := "violated" if {
	c.external
	c.vendor in bad
}

# 3. Reach.

behind[link.to] contains link.from if {
	some link in data.link
	link.firewall == false
}

behind[link.from] contains link.from if {
	some link in data.link
	link.firewall == false
}

maybe_behind[link.to] contains link.from if {
	some link in data.link
	not link.firewall
}

maybe_behind[link.from] contains link.from if {
	some link in data.link
	not link.firewall
}

next_to_patients contains link.from if {
	some link in data.link
	link.firewall == false
	data.asset[link.to].patients
}

maybe_next_to_patients contains link.from if {
	some link in data.link
	not link.firewall
	object.get(data.asset[link.to], "patients", true)
}

exposed := graph.reachable(behind, next_to_patients)

maybe_exposed := graph.reachable(maybe_behind, maybe_next_to_patients)

reach(_, a) := "unknown" if not known(a, "internet")

reach(id, a) := "violated" if {
	a.internet
	id in exposed
}

reach(id, a) := "unknown" if {
	a.internet
	id in maybe_exposed
	not id in exposed
}

# 4. Contracts without audit, by facility.

counted[c.facility] contains id if {
	some id, c in data.contract
	c.external
	recorded := c.clauses
	not "audit" in recorded
}

maybe_counted[c.facility] contains id if {
	some id, c in data.contract
	object.get(c, "external", true)
	not "audit" in object.get(c, "clauses", [])
}

counts(facility) := "violated" if count(counted[facility]) > 2

counts(facility) := "unknown" if {
	count(maybe_counted[facility]) > 2
	count(object.get(counted, facility, [])) <= 2
}
