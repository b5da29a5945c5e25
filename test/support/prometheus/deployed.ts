import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

// The tests run from the repository root.
export const RULES_FILE = 'deploy/prometheus/rules.yml';
export const RULE_TESTS_FILE = 'deploy/prometheus/rules.test.yml';
export const DASHBOARD_FILE = 'deploy/grafana/amplitude-export.json';

/** An alert as rules.yml has it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A panel of the dashboard, or the heading of a row of them. */
export interface Panel {
  readonly id: number;
  readonly type: 'row' | 'stat' | 'timeseries';
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: {
    readonly defaults: { readonly unit: string; readonly decimals?: number; readonly custom?: object };
    /** Colours of lines, by their names. */
    readonly overrides: readonly {
      readonly matcher: { readonly options: string };
      readonly properties: readonly { readonly value: { readonly fixedColor: string } }[];
    }[];
  };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

/** A file of rules as Prometheus reads it. */
export interface RulesFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

/** The dashboard as Grafana reads it, with the fields that the tests look at. */
export interface Dashboard {
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
}

/** Every alert of rules.yml, in its order. */
export function deployedAlerts(): AlertRule[] {
  const { groups } = parse(readFileSync(RULES_FILE, 'utf8')) as RulesFile;
  return groups.flatMap(({ rules }) => rules);
}

/** The dashboard. */
export function deployedDashboard(): Dashboard {
  return JSON.parse(readFileSync(DASHBOARD_FILE, 'utf8')) as Dashboard;
}

/** Every expression of a dashboard, with a range such as `5m` in the place of the one that Grafana chooses. */
export function dashboardExpressions({ panels }: Dashboard, range: string): string[] {
  const targets = panels.flatMap((panel) => panel.targets ?? []);
  return targets.map(({ expr }) => expr.replaceAll('$__rate_interval', range));
}
