/** What docs/compatibility.md says of the guides: which run, which differ and how, and what was replaced. */
import type { ExampleResult } from './examples.ts';
import { SUBSTITUTIONS } from './replacements.ts';
import type { StepResult } from './run.ts';

export interface GuideResult {
  readonly guide: string;
  readonly steps: readonly StepResult[];
}

/** Markdown: a row per guide, a row per example, a row per substitution. */
export function sectionOf(guides: readonly GuideResult[], examples: readonly ExampleResult[]): string {
  return [
    table(['Guide', 'Commands that do what it says', 'Different'], guides.map(rowOfGuide)),
    'The examples of `use-cases/customize-backup-restore` that need no hooks, each applied in place of the one before:',
    table(
      ['Object', 'File', 'Outcome'],
      examples.map(({ kind, file, outcome }) => [kind, `\`${file}\``, outcome]),
    ),
    'What stands for what a guide has and a test cluster has not:',
    table(['In a guide', 'Here'], SUBSTITUTIONS),
  ].join('\n\n');
}

function rowOfGuide({ guide, steps }: GuideResult): readonly string[] {
  const different = steps.filter(({ differences }) => differences.length > 0);
  const words = different.map(({ step, differences }) => `line ${step.line}: ${differences.join('; ')}`);
  return [`\`${guide}\``, `${steps.length - different.length} of ${steps.length}`, words.map(escaped).join('<br>')];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return ['<!-- prettier-ignore -->', line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
