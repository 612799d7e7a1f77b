// What stands where a row and a column of the heat map meet.

/**
 * For the pairs that are shown: `at(target, column)` gives `cells` (pairs of just this item), `counts` of the items
 * below by their best coverage, `sources` of those, or nothing.
 */
function heatMap(block, view) {
  const spots = new Map();
  const spot = (target, column) => {
    let row = spots.get(target);
    if (!row) spots.set(target, (row = new Map()));
    let found = row.get(column);
    if (!found) row.set(column, (found = { cells: [], counts: words.coverage.map(() => 0), sources: new Set() }));
    return found;
  };
  for (const cell of view.cells) {
    for (const column of columnsOver(block, cell)) spot(cell.target, column).cells.push(cell);
  }
  for (const target of view.shown) {
    for (const [column, { cells }] of spots.get(target) ?? []) {
      const best = bestOf(cells);
      if (best === NOT_COVERED) continue;
      const speaking = speakingOf(cells);
      for (let above = target.above; above; above = above.above) {
        const sum = spot(above, column);
        sum.counts[best] += 1;
        for (const source of speaking) sum.sources.add(source);
      }
    }
  }
  return (target, column) => spots.get(target)?.get(column);
}

/** The columns that a pair counts in: its sources and their sections. */
function columnsOver(block, cell) {
  const over = new Set();
  for (const source of cell.sources) {
    for (let column = block.columnOf.get(source); column; column = column.above) over.add(column);
  }
  return over;
}

function bestOf(cells) {
  return Math.min(...cells.map((c) => c.coverage));
}

/** Whose verdict counts: of the pairs that speak of the item itself, where there are any. */
function speakingOf(cells) {
  const own = cells.filter((c) => !c.rolledUp);
  return (own.length > 0 ? own : cells).flatMap((c) => c.sources);
}

/** The worst verdict of these, and how many have it. */
function worstOf(sources) {
  const all = [...new Set(sources)].map((s) => s.verdict).filter((v) => v !== null);
  if (all.length === 0) return null;
  const verdict = Math.min(...all);
  return { verdict, count: all.filter((v) => v === verdict).length };
}

/** How a spot is drawn and said. */
function spotView(target, spot) {
  if (!spot) return null;
  const reached = spot.counts.reduce((sum, n) => sum + n, 0);
  const isSum = target.counted.length > 0 && reached > 0;
  const coverage = isSum ? spot.counts.findIndex((n) => n > 0) : bestOf(spot.cells);
  const sources = isSum ? spot.sources : speakingOf(spot.cells);
  const isOwn = target.counted.length > 0 && !isSum;
  const share = isSum ? reached / target.counted.length : 1;
  return { coverage, reached, isSum, isOwn, share, worst: worstOf(sources), counts: spot.counts };
}

function spotWords(target, seen) {
  if (!seen) return t('noCell');
  const parts = [];
  if (seen.isSum) {
    const some = seen.counts.map((n, i) => (n > 0 ? t('nOf', { what: word('coverage', i), n }) : '')).filter(Boolean);
    parts.push(t('reached', { of: t('nItems', { n: target.counted.length }), n: seen.reached }), ...some);
  } else {
    parts.push(word('coverage', seen.coverage));
    if (seen.isOwn) parts.push(t('ownOnly'));
  }
  if (seen.worst) {
    const verdict = word('verdicts', seen.worst.verdict);
    parts.push(seen.worst.count > 1 ? t('worst', { verdict, n: seen.worst.count }) : t('verdictOf', { verdict }));
  }
  return parts.join(t('comma'));
}
