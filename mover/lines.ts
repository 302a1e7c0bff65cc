/** A byte stream cut into lines, without the cost of a transform per line. */

/** Calls `onLine` for every line of the stream, also a last one without its break. A line over the limit is dropped. */
export async function eachLine(
  stream: AsyncIterable<Uint8Array | string>,
  onLine: (line: string) => void,
  limit: number = 64 * 1024 * 1024,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > limit) rest = '';
  }
  if (rest !== '') onLine(rest);
}
