/** What the demo prints: chapters, lines, tables, and live progress where the output is a terminal. */
import { styleText } from 'node:util';

const BAR_WIDTH = 28;

export interface Progress {
  readonly name: string;
  readonly percent: number;
  readonly text: string;
}

export interface Screen {
  chapter(title: string, text?: string): void;
  line(text?: string): void;
  good(text: string): void;
  bad(text: string): void;
  table(lines: readonly string[]): void;
  /** Redraws the bars in place; without a terminal it prints a line when one passes a quarter. */
  progress(bars: readonly Progress[]): void;
}

/** A screen on stdout. */
export function createScreen(out: NodeJS.WriteStream): Screen {
  let drawn = 0;
  let chapters = 0;
  const quarters = new Map<string, number>();
  const styled = (style: Parameters<typeof styleText>[0], text: string): string =>
    out.isTTY && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text;
  const line = (text = ''): void => {
    drawn = 0;
    out.write(`${text}\n`);
  };
  const bars = (all: readonly Progress[]): void => {
    if (out.isTTY) {
      if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[J`);
      for (const bar of all) out.write(`${barOf(bar)}\n`);
      drawn = all.length;
      return;
    }
    for (const bar of all.filter((one) => passedQuarter(quarters, one))) out.write(`${barOf(bar)}\n`);
  };
  return {
    chapter: (title, text) => {
      chapters += 1;
      line();
      line(styled(['bold', 'cyan'], `${chapters}. ${title}`));
      if (text) line(styled('dim', `   ${text}`));
    },
    line,
    good: (text) => line(`   ${styled('green', '✓')} ${text}`),
    bad: (text) => line(`   ${styled('red', '✗')} ${text}`),
    table: (lines) => lines.forEach((text, index) => line(`   ${index === 0 ? styled('bold', text) : text}`)),
    progress: bars,
  };
}

function barOf({ name, percent, text }: Progress): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `   ${name.padEnd(44)} ${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(percent).padStart(3)}%  ${text}`;
}

function passedQuarter(quarters: Map<string, number>, bar: Progress): boolean {
  const quarter = Math.floor(bar.percent / 25);
  if ((quarters.get(bar.name) ?? 0) >= quarter) return false;
  quarters.set(bar.name, quarter);
  return true;
}
