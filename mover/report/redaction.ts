/** Keeps Secret values out of everything a mover says: reports, log, termination message (faults.md S28). */

/** Shorter values would cut ordinary words apart and protect nothing. */
const SHORTEST = 4;
const MARK = '[secret]';

export class Redaction {
  #needles: readonly string[] = [];

  /** From now on these values, also line by line, base64, URL- and JSON-escaped, are cut out. */
  conceal(values: Iterable<string>): void {
    const all = new Set(this.#needles);
    for (const value of values) {
      for (const form of [value, ...value.split(/\r?\n/)].filter((text) => text.length >= SHORTEST)) {
        all.add(form);
        all.add(Buffer.from(form).toString('base64'));
        all.add(encodeURIComponent(form));
        all.add(JSON.stringify(form).slice(1, -1));
      }
    }
    // Longest first: a part must not hide the whole from being found.
    this.#needles = [...all].sort((left, right) => right.length - left.length);
  }

  /** The text without concealed values. */
  text(text: string): string {
    return this.#needles.reduce((cleaned, needle) => cleaned.replaceAll(needle, MARK), text);
  }

  /** The JSON value with every string in it cleaned. */
  json<T>(value: T): T {
    if (this.#needles.length === 0) return value;
    return cleanedIn(value, (text) => this.text(text)) as T;
  }
}

function cleanedIn(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((one) => cleanedIn(one, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleanedIn(one, clean)]));
}
