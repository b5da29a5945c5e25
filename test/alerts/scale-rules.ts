import { parse, stringify } from 'yaml';
import type { RulesFile } from '../support/prometheus/deployed.ts';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A file of rules in which time passes `factor` times as fast: every `for`, every range, and every threshold that counts
 * minutes of the running system (`30 * 60`). A threshold that counts hours of data (`28 * 3600`) stays: the hours of the
 * ledger do not pass any faster.
 */
export function scaleRules(text: string, factor: number): string {
  const scaled = (duration: string): string => {
    const [, count = '', unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
    return `${Math.round((Number(count) * (UNITS_MS[unit] ?? Number.NaN)) / factor)}ms`;
  };
  const { groups } = parse(text) as RulesFile;
  const faster = groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({
      ...rule,
      expr: rule.expr
        .replaceAll(/\[(\w+)\]/g, (_, range: string) => `[${scaled(range)}]`)
        .replaceAll(/\b\d+ \* 60\b/g, (minutes) => `${minutes} / ${factor}`),
      ...(rule.for !== undefined && { for: scaled(rule.for) }),
    })),
  }));
  return stringify({ groups: faster });
}
