import { archiveLimits } from '../../amplitude/limits.ts';
import type { SmallLimits } from '../support/archive-outcome.ts';

/** The expected outcome that the name of a corpus file says. */
export type Expectation = { readonly limits: SmallLimits } & (
  | { readonly kind: 'landed'; readonly events: number; readonly rejected: number }
  | { readonly kind: 'refused'; readonly type: string }
);

const NAME =
  /^(?:lands-(?<events>\d+)-events?(?:-(?<rejected>\d+)-rejected)?|refused-(?<type>[A-Z]\w+))--[a-z0-9-]+?(?<limits>(?:--[A-Za-z]+-\d+)*)\.zip$/;

/** Reads the name of a corpus file. @throws Error when the name has another form, or names an unknown limit */
export function expectationOf(file: string): Expectation {
  const { events, rejected = '0', type, limits: list = '' } = NAME.exec(file)?.groups ?? {};
  const limits = Object.fromEntries(
    Array.from(list.matchAll(/--([A-Za-z]+)-(\d+)/g), ([, name = '', value]) => {
      if (name !== 'maxLineBytes' && !(name in archiveLimits)) throw new Error(`${file}: no limit ${name}`);
      return [name, Number(value)];
    }),
  );
  if (type !== undefined) return { limits, kind: 'refused', type };
  if (events === undefined) throw new Error(`${file} does not say its expected outcome`);
  return { limits, kind: 'landed', events: Number(events), rejected: Number(rejected) };
}
