/** Words of PromQL that may stand where a metric's name could. */
const KEYWORDS = ['and', 'or', 'unless', 'offset', 'bool'];

/** The metrics that an expression of PromQL reads, each once. */
export function metricNames(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const words = [...bare.matchAll(/(?<![\w.:])([a-z_:][\w:]*)\s*(\()?/gi)];
  const names = words.flatMap(([, word = '', call]) =>
    call === undefined && !KEYWORDS.includes(word) ? [word] : [],
  );
  return [...new Set(names)];
}
