import { bombCases } from './cases/bomb-cases.ts';
import { lineCases } from './cases/line-cases.ts';
import { memberCases } from './cases/member-cases.ts';
import { zipCases } from './cases/zip-cases.ts';
import type { CorpusCase } from './corpus-case.ts';

/** Where the corpus is, from the project's folder. */
export const CORPUS = 'test/corpus/archives';

/** Every file of the corpus. */
export const corpusCases: readonly CorpusCase[] = [...zipCases, ...memberCases, ...bombCases, ...lineCases];
