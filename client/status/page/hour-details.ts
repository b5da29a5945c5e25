import { count, size } from '../../terminal/format.ts';
import type { HourSummary } from '../../../bronze/hour-summary.ts';
import { hourStates, type HourState, type HourStatus } from '../hour-state.ts';
import { runLink, type WebUi } from '../../../core/run-link.ts';

/** What the page's script shows of the chosen hour; `facts` are in the order of the labels. */
interface HourDetails {
  readonly state: HourState;
  readonly facts?: readonly string[];
  /** The index of its run in `runs`. */
  readonly run?: number;
  readonly problem?: string;
}

/** The data that the page's script reads. */
export interface PageData {
  readonly meanings: typeof hourStates;
  readonly labels: readonly string[];
  readonly runs: readonly { readonly name: string; readonly href: string }[];
  readonly hours: Readonly<Record<string, HourDetails>>;
}

const facts: Readonly<Record<string, (summary: HourSummary) => string>> = {
  Events: ({ events }) => count(events),
  'Rejected lines': ({ rejected }) => count(rejected),
  'Events of other hours': ({ outsideWindow }) =>
    outsideWindow === null ? 'not counted' : count(outsideWindow),
  Size: ({ bytes }) => size(bytes),
  Files: ({ files }) => count(files),
  Revision: ({ revision }) => count(revision),
  Landed: ({ createdAt }) => createdAt,
  'First upload': ({ firstUploadTime }) => firstUploadTime ?? 'none',
  'Last upload': ({ lastUploadTime }) => lastUploadTime ?? 'none',
};

/** Collects what the page shows of each hour. A run that landed many hours is listed once. */
export function pageData(hours: readonly HourStatus[], ui: WebUi): PageData {
  const runs: { name: string; href: string }[] = [];
  const places = new Map<string, number>();
  const details = hours.map(({ window, state, summary, problem }): [string, HourDetails] => {
    if (summary === undefined) return [window, { state, ...(problem !== undefined && { problem }) }];
    const { workflowId, runId } = summary;
    const href = runLink(ui, workflowId, runId);
    const run = places.get(href) ?? runs.push({ name: workflowId, href }) - 1;
    places.set(href, run);
    return [window, { state, facts: Object.values(facts).map((fact) => fact(summary)), run }];
  });
  return { meanings: hourStates, labels: Object.keys(facts), runs, hours: Object.fromEntries(details) };
}
