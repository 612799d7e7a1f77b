// What the server answers, as docs/lsp.md says. Free of VS Code.

export interface Position {
  line: number;
  character: number;
}

export interface Location {
  uri: string;
  range: { start: Position; end: Position };
}

export type Place = Location | null;

export interface Where {
  textDocument: { uri: string };
  position: Position;
}

export interface Verdict {
  name: string;
  label: string;
  reason?: string;
}

export interface Item {
  id: string;
  title: string;
  verdict: Verdict | null;
  location: Place;
}

export interface Fact {
  name: string;
  label: string;
  repeated: boolean;
  values: { text: string; evidence: string; location: Place }[];
}

export interface Placed {
  text: string;
  location: Place;
}

export interface Node {
  truth: "true" | "false" | "unknown";
  label: string;
  binding: { name: string; value: string } | null;
  text: string;
  location: Place;
  facts: Fact[];
  notes: Placed[];
  children: Node[];
}

export interface Outcome {
  subject: { kind: string; label: string; location: Place };
  verdict: Verdict;
  rule: { name: string; mark: string | null; text: string; location: Place };
  message: string;
  toConfirm?: string;
  fix: string;
  proof: Node[];
  facts: Fact[];
  repairs: { steps: Placed[]; unverified: boolean }[];
  missing: { name: string; question: string | null; of: string | null; location: Place }[];
}

export interface Explanation {
  requirement: Item & { edition: string; tags: string; source: string; withdrawn: Item[] | null };
  subject: string | null;
  outcomes: Outcome[];
  others: { subject: string; id: string | null; rule: string; verdict: Verdict }[];
  beside: { id: string; subject: string | null; verdict: Verdict | null }[];
  reasons: string[];
  below: Item[];
  markdown: string;
}

export interface GraphNode {
  kind: string;
  label: string;
  name: string;
  title: string;
  focus: boolean;
  verdict: Verdict | null;
  location: Place;
}

export interface Graph {
  nodes: GraphNode[];
  edges: { from: number; to: number; kind: string }[];
}

export interface Tests {
  passed: number;
  failed: number;
  failures: { name: string; message: string; location: Place }[];
}
