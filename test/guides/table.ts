/** The table of docs/compatibility.md: which guides run, which differ and how. */
import type { StepResult } from './run.ts';

export interface GuideResult {
  readonly guide: string;
  readonly steps: readonly StepResult[];
}

/** Markdown, a row per guide. */
export function tableOf(results: readonly GuideResult[]): string {
  const rows = results.map(({ guide, steps }) => {
    const different = steps.filter(({ differences }) => differences.length > 0);
    const words = different.map(({ step, differences }) => `line ${step.line}: ${differences.join('; ')}`);
    const kept = `${steps.length - different.length} of ${steps.length}`;
    return `| ${guide} | ${kept} | ${words.length === 0 ? '' : words.map(escaped).join('<br>')} |`;
  });
  return [
    '<!-- prettier-ignore -->',
    '| Guide | Commands that do what it says | Different |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
