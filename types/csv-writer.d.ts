// csv-writer points its types at its TypeScript sources, which strict settings like ours refuse to compile.
declare module 'csv-writer' {
  interface ObjectCsvStringifier {
    getHeaderString(): string | null;
    stringifyRecords(records: readonly Record<string, string | number>[]): string;
  }
  export function createObjectCsvStringifier(options: {
    header: readonly { id: string; title: string }[];
  }): ObjectCsvStringifier;
}
