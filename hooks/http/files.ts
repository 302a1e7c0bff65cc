/** Tokens and certificates on disk, which the kubelet replaces under a running server when their Secret changes. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';

/** Polling: the kubelet swaps a symlink above the file, which no watch on the file itself sees. */
const POLL_MS = 5000;

/** The accepted tokens of a file: one a line, empty lines aside. Throws where there is none. */
export function tokensOf(path: string): readonly string[] {
  const tokens = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (tokens.length === 0) throw new Error(`${path} holds no token: write at least one line into it`);
  return tokens;
}

/** Calls `changed` after any of the files changed; the returned function ends that. */
export function watchFiles(paths: readonly string[], changed: () => void, pollMs: number = POLL_MS): () => void {
  const listener = (now: { mtimeMs: number; ino: number }, before: { mtimeMs: number; ino: number }): void => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) changed();
  };
  for (const path of paths) watchFile(path, { interval: pollMs, persistent: false }, listener);
  return () => {
    for (const path of paths) unwatchFile(path, listener);
  };
}
