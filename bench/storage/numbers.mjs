export function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** A ratio beside its goal. */
export function verdict(ratio, goal, kind) {
  const met = kind === 'at least' ? ratio >= goal : ratio <= goal;
  return `${ratio.toFixed(2)} (goal ${kind} ${goal}: ${met ? 'ok' : 'MISSED'})`;
}
