/** How a command in a container ended. */
export interface ExecOutcome {
  readonly exitCode: number;
  /** The end of what it wrote, both streams, bounded. */
  readonly output: string;
}

const MAX_OUTPUT = 16 * 1024;

/** Keeps the end of a stream of text. */
export class Tail {
  #text = '';

  add(chunk: string): void {
    this.#text = `${this.#text}${chunk}`.slice(-MAX_OUTPUT);
  }

  get text(): string {
    return this.#text;
  }
}
