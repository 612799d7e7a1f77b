// The catalogues that modules declare. Free of VS Code, so that it is tested without.

export interface Catalog {
  /** As `kijun matrix` takes it: `mhlw@4.2`. */
  id: string;
  title: string;
}

/** Every `catalog name "title" { … edition "…" … }` of a module. */
export function catalogsOf(module: string): Catalog[] {
  const out: Catalog[] = [];
  for (const found of module.matchAll(/^catalog\s+(\S+)\s+"((?:[^"\\\n]|\\.)*)"\s*\{([^}]*)\}/gmu)) {
    const [, name = "", title = "", body = ""] = found;
    const edition = /(?:^|\s)edition\s+"([^"]*)"/.exec(body)?.[1];
    out.push({ id: edition ? `${name}@${edition}` : name, title });
  }
  return out;
}

/** In order of their ids, each once. */
export function distinct(catalogs: Catalog[]): Catalog[] {
  const byId = new Map(catalogs.map((catalog) => [catalog.id, catalog]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
