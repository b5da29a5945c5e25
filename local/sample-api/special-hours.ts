/** The UTC hours that stand out in every day. */
export const specialHours = { empty: 3, manyStreams: 7, busy: 13, badLines: 17 } as const;
