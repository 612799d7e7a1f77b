// What a page in a panel may do. Free of VS Code, so that it is tested without.

/** For a page that brings no policy: it may show itself and do nothing. */
const NOTHING = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const POLICY = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]*)"/i;

/** Directives that let a page load something from outside. */
const OUTSIDE = /(^|[\s;])(https?:|wss?:|\*|blob:)/i;

export interface Page {
  html: string;
  scripts: boolean;
}

/** The page as it may be shown. Scripts run only under a policy of the page's own that keeps everything out, and that
 * stands before the first script. */
export function contained(html: string): Page {
  const found = POLICY.exec(html);
  const strict = found !== null && isStrict(found[1] ?? "") && found.index < firstScript(html);
  if (strict) return { html, scripts: true };
  const meta = `<meta http-equiv="Content-Security-Policy" content="${NOTHING}">`;
  const head = /<head[^>]*>/i.exec(html);
  if (head === null) return { html: meta + html, scripts: false };
  const at = head.index + head[0].length;
  return { html: html.slice(0, at) + meta + html.slice(at), scripts: false };
}

function isStrict(policy: string): boolean {
  const decoded = policy.replace(/&#39;|&apos;|&#x27;/g, "'");
  const scripts = /(?:^|;)\s*script-src\s([^;]*)/i.exec(decoded)?.[1] ?? "";
  const loose = /'unsafe-(inline|eval)'/i.test(scripts);
  return /(?:^|;)\s*default-src\s+'none'\s*(;|$)/i.test(decoded) && !OUTSIDE.test(decoded) && !loose;
}

function firstScript(html: string): number {
  const at = html.search(/<script[\s>]/i);
  return at < 0 ? html.length : at;
}
