/** The Go modules inside a program, from the build information that the linker leaves in it (golang/go:src/debug/buildinfo). */
import { readFileSync } from 'node:fs';

export interface GoModule {
  readonly path: string;
  readonly version: string;
}

// cmd/go/internal/modload puts the text between these two marks, and stripping leaves them.
const START = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');
const END = Buffer.from('f932433186182072008242104116d8f2', 'hex');

/** Main module first; empty for a program that is not Go's or holds no such information. */
export function goModulesOf(program: string): readonly GoModule[] {
  const bytes = readFileSync(program);
  const start = bytes.indexOf(START);
  const end = bytes.indexOf(END, start);
  if (start < 0 || end < 0) return [];
  const lines = bytes.toString('utf8', start + START.length, end).split('\n');
  return lines
    .map((line) => line.split('\t'))
    .filter(([word]) => word === 'mod' || word === 'dep')
    .map(([, path = '', version = '']) => ({ path, version }));
}
