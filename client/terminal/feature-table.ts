import { featureTable, type FoundFeature } from '../../bronze/probe/feature-table.ts';
import { table } from './format.ts';

/** The features of a store as a table: whether each is present, and what follows when it is not. */
export function storeTable(features: readonly FoundFeature[]): string {
  const rows = features.map(({ name, present, detail }) => {
    const row = featureTable[name];
    const follows = 'required' in row ? `REQUIRED: ${row.required}` : row.without;
    return [name, present ? 'yes' : 'no', present ? '' : [detail, follows].join('; ')];
  });
  return table(['what the store does', '', ''], rows, []);
}
