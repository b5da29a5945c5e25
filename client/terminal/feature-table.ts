import { featureTable, type FoundFeature } from '../../bronze/probe/feature-table.ts';
import { table } from './format.ts';

/** What a store was found to do, a row each: whether it is there, and what follows where it is not. */
export function storeTable(features: readonly FoundFeature[]): string {
  const rows = features.map(({ name, present, detail }) => {
    const row = featureTable[name];
    const follows = 'required' in row ? `REQUIRED: ${row.required}` : row.without;
    return [name, present ? 'yes' : 'no', present ? '' : [detail, follows].join('; ')];
  });
  return table(['what the store does', '', ''], rows, []);
}
