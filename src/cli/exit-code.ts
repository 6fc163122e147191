/** 0 done, 1 something is wrong with the data or the books, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;
