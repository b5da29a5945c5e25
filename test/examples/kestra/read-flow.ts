import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What the tests need of the flow. */
export interface Flow {
  readonly variables: Readonly<Record<string, string>>;
  readonly tasks: readonly [
    {
      readonly containerImage: string;
      readonly taskRunner: { readonly networkMode: string };
      readonly env: Readonly<Record<string, string>>;
      readonly commands: readonly string[];
    },
  ];
}

/** What Kestra's own classes said of the flow: `npm run check-kestra-flow`. */
export interface CheckedFlow {
  /** The version of Kestra. */
  readonly kestra: string;
  /** The hash of the flow that they accepted. */
  readonly sha256: string;
  /** The days that the task exports, in several executions. */
  readonly executions: readonly { readonly execution: object; readonly from: string; readonly to: string }[];
}

/** The flow of examples/kestra, as text. */
export function readFlowText(): string {
  return readFileSync('examples/kestra/amplitude-export.yaml', 'utf8');
}

/** The flow of examples/kestra. */
export function readFlow(): Flow {
  return parse(readFlowText()) as Flow;
}

/** What is recorded of it. */
export function readCheckedFlow(): CheckedFlow {
  return JSON.parse(readFileSync('test/examples/kestra/checked-flow.json', 'utf8')) as CheckedFlow;
}
